import "server-only";
import { type Kysely, sql } from "kysely";
import { clean, instant } from "@/lib/base/postgres/bulk";
import type { Aliases } from "@/lib/rabbitmq/clients/display-name";
import type { Author } from "@/lib/storage/alerts/rules";
import type { Schema } from "@/lib/storage/schema/schema";

/** All aliases, by the id of their client. */
export async function loadAliases(db: Kysely<Schema>): Promise<Aliases> {
  const { rows } = await sql<{
    client: string;
    alias: string;
  }>`SELECT client, alias FROM lastbeat.client_aliases`.execute(db);
  return new Map(rows.map(({ client, alias }) => [client, alias]));
}

/** Saves the alias of a client. It replaces an earlier one. */
export async function saveAlias(
  db: Kysely<Schema>,
  { client, alias }: { readonly client: string; readonly alias: string },
  { who, atMs }: Author,
): Promise<void> {
  await sql`INSERT INTO lastbeat.client_aliases (client, alias, made_by, at_ms)
    VALUES (${clean(client)}, ${clean(alias)}, ${clean(who)}, ${instant(atMs)})
    ON CONFLICT (client) DO UPDATE SET alias = excluded.alias, made_by = excluded.made_by, at_ms = excluded.at_ms`.execute(
    db,
  );
}

export async function deleteAlias(db: Kysely<Schema>, client: string): Promise<void> {
  await sql`DELETE FROM lastbeat.client_aliases WHERE client = ${clean(client)}`.execute(db);
}

/** A client that the folding rules gave another id keeps its alias, unless the other one has one. */
export async function moveAliases(db: Kysely<Schema>, moved: ReadonlyMap<string, string>): Promise<void> {
  for (const [from, to] of moved) {
    await sql`INSERT INTO lastbeat.client_aliases (client, alias, made_by, at_ms)
      SELECT ${clean(to)}, alias, made_by, at_ms FROM lastbeat.client_aliases WHERE client = ${clean(from)}
      ON CONFLICT (client) DO NOTHING`.execute(db);
    await deleteAlias(db, from);
  }
}
