import "server-only";
import { Refused } from "@/lib/base/errors/refused";
import type { Runtime } from "@/lib/collector/runtime";
import type { Author } from "@/lib/storage/alerts/rules";
import { deleteAlias, saveAlias } from "@/lib/storage/client-aliases";

type AliasContext = Pick<Runtime, "aliases" | "brokers" | "database">;

/** More aliases than people give. */
const ALIASES_MAX = 10_000;

/** Sets how a client is shown, or with null removes it. Lists and alerts have it with the next poll of its broker. */
export async function setAlias(
  live: AliasContext,
  { id, alias }: { readonly id: string; readonly alias: string | null },
  author: Author,
): Promise<void> {
  const isKnown = [...live.brokers.values()].some(({ clients }) => clients.has(id));
  if (!isKnown) throw new Refused(404, "Not found", `no client ${id}; /api/v1/clients lists them`);
  const aliases = new Map(live.aliases);
  if (alias === null) {
    await deleteAlias(live.database.db, id);
    aliases.delete(id);
  } else {
    if (aliases.size >= ALIASES_MAX && !aliases.has(id)) {
      throw new Refused(409, "Too many", `at most ${ALIASES_MAX} aliases`);
    }
    await saveAlias(live.database.db, { client: id, alias }, author);
    aliases.set(id, alias);
  }
  live.aliases = aliases;
}
