import type { Client } from "@/lib/rabbitmq/clients/client";

/** What people call a client: by its id, or by its name for all clients of that name. */
export type Aliases = ReadonlyMap<string, string>;

export const NO_ALIASES: Aliases = new Map();

/** More than one line of a phone's notification. */
export const ALIAS_MAX = 80;

/** How a client is shown in lists, alerts, panels and notifications. */
export interface DisplayName {
  readonly alias: string | null;
  readonly displayName: string;
}

/**
 * One name per client: its alias, else its name, with what distinguishes it from the clients of the same name: the virtual
 * host, the user, or both. The label `client` of alerts and signals stays the name: rules match it, and an alert is
 * identified by its labels.
 */
export function displayNames(clients: Iterable<Client>, aliases: Aliases): ReadonlyMap<string, DisplayName> {
  const names = new Map<string, DisplayName>();
  const unaliased: Client[] = [];
  for (const client of clients) {
    const alias = aliases.get(client.id) ?? aliases.get(client.name) ?? null;
    if (alias === null) unaliased.push(client);
    else names.set(client.id, { alias, displayName: alias });
  }
  for (const [name, namesakes] of Map.groupBy(unaliased, (client) => client.name)) {
    const suffixOf = distinguishing(namesakes);
    for (const client of namesakes) {
      const what = suffixOf(client);
      names.set(client.id, { alias: null, displayName: what === "" ? name : `${name} (${what})` });
    }
  }
  return names;
}

type SuffixOf = (client: Client) => string;

const nothing: SuffixOf = () => "";
const FACTS: readonly SuffixOf[] = [
  ({ vhost }) => `vhost ${vhost}`,
  ({ user }) => `user ${user}`,
  ({ vhost, user }) => `vhost ${vhost}, user ${user}`,
];
/** Enough of an id to tell namesakes apart by eye. */
const ID_LENGTH = 6;
const byId: SuffixOf = ({ id }) => `#${id.slice(0, ID_LENGTH)}`;

/** The fewest facts that differ between all of them. */
const distinguishing = (namesakes: readonly Client[]): SuffixOf =>
  namesakes.length === 1
    ? nothing
    : (FACTS.find((suffixOf) => new Set(namesakes.map(suffixOf)).size === namesakes.length) ?? byId);
