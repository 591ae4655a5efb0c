import { fingerprint } from "@/lib/base/signals/fingerprint";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { isOwnName } from "@/lib/rabbitmq/api/own";
import type { FoldingRule } from "@/lib/rabbitmq/clients/folding-rules";
import {
  type FoldedName,
  type FoldedPart,
  foldName,
  foldQueues,
  foldUser,
  type StripPatterns,
} from "@/lib/rabbitmq/clients/name-folding";

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly namedBy: "connection-name" | "identity";
}

/** With what was left out of it. */
export interface FoldedIdentity extends Identity {
  readonly folded: readonly FoldedPart[];
}

export interface IdentityRules {
  /** Patterns removed from connection names, users and queues: anything that changes at each start. */
  readonly strip: StripPatterns;
  /** Shipped rules for the default names of libraries. */
  readonly fold: readonly FoldingRule[];
  /** How long a client may be absent before it is lost, ms; null: as long as its library retries. */
  readonly giveUpMs: number | null;
}

/** The part of them that decides which client a connection belongs to. */
export type FoldingSettings = Pick<IdentityRules, "strip" | "fold">;

/**
 * Connection names are user-controlled and unbounded (measured: quotes, control characters and newlines pass); those
 * of users, virtual hosts and queues are at most 255 bytes, so a connection named after one is not cut.
 */
const NAME_MAX = 255;
/** What is folded and identifies a client: of a name longer than any that is chosen on purpose, its start. */
const FOLDED_MAX = 1_000;
/** Queues in the name of an unnamed client; more would make it unreadable and change with every queue. */
const QUEUES_MAX = 5;

/**
 * Which client a connection belongs to, across reconnects: by its connection name, else by virtual host, user, peer
 * host, product and the queues it consumes (a consumer tag that survives redials would serve as well, but most are
 * random). Parts of names that change at each start, and queues that live as long as one connection, are left out.
 * `queues` null: the consumers are not known yet, and an unnamed connection then has no identity.
 */
export function identify(
  broker: string,
  connection: Connection,
  queues: readonly string[] | null,
  rules: FoldingSettings,
): FoldedIdentity | null {
  const user = foldUser(connection.user, rules.fold, rules.strip.users);
  const owner = { ...connection, broker, user: user.user };
  const given = connection.userProvidedName?.slice(0, FOLDED_MAX).trim() ?? "";
  if (isOwnName(given)) return { ...namedIdentity(owner, { name: given, needsHost: false }), folded: [] };
  const name = given === "" ? null : foldName(given, rules.fold, rules.strip.names);
  const folded = [...(name?.parts ?? []), ...user.parts];
  if (name !== null && name.name !== null) {
    return { ...namedIdentity(owner, { name: name.name, needsHost: name.needsHost }), folded };
  }
  if (queues === null) return null;
  const identifying = foldQueues(queues, rules.fold, rules.strip.queues);
  return { ...unnamedIdentity(owner, identifying.queues), folded: [...folded, ...identifying.parts] };
}

/** What identifies a client beside its name or queues, whether of a connection or as stored; the user is folded. */
export type Owner = { readonly broker: string } & Pick<Connection, "vhost" | "user" | "peerHost" | "product">;

export function namedIdentity(
  owner: Owner,
  { name, needsHost }: { readonly name: string } & Pick<FoldedName, "needsHost">,
): Identity {
  const { broker, vhost, user, peerHost } = owner;
  if (!needsHost || peerHost === null) {
    return { id: fingerprint(broker, vhost, user, "name", name), name: cut(name), namedBy: "connection-name" };
  }
  return {
    id: fingerprint(broker, vhost, user, "name", name, peerHost),
    name: cut(`${name} (${peerHost})`),
    namedBy: "connection-name",
  };
}

/** `queues`: sorted, each once. */
export const unnamedIdentity = (owner: Owner, queues: readonly string[]): Identity => ({
  id: fingerprint(
    owner.broker,
    owner.vhost,
    owner.user,
    "identity",
    owner.peerHost ?? "",
    owner.product ?? "",
    ...queues,
  ),
  name: cut(describeUnnamed(owner, queues)),
  namedBy: "identity",
});

/** Does not cut a surrogate pair in two. */
const cut = (name: string): string => name.slice(0, NAME_MAX).replace(/[\uD800-\uDBFF]$/, "");

function describeUnnamed(connection: Owner, queues: readonly string[]): string {
  const base = `${connection.product ?? "unnamed"} ${connection.user}@${connection.peerHost ?? "?"}`;
  if (queues.length === 0) return base;
  const more = queues.length > QUEUES_MAX ? ` +${queues.length - QUEUES_MAX}` : "";
  return `${base} (${queues.slice(0, QUEUES_MAX).join(", ")}${more})`;
}

/** How sure it is that the sessions of this client belong together. `because` is a code; the page has the sentence. */
export interface Confidence {
  readonly confidence: "certain" | "likely" | "weak";
  readonly because: "connection-name" | "queues" | "returned-without-queues" | "nothing-else" | "several-share-it";
}

/**
 * The application chooses its connection name. Without one, host, product and queues distinguish a single connection
 * well enough; several connections that agree in all of these cannot be distinguished, so they are one group.
 */
export function confidenceOf(client: {
  readonly namedBy: Identity["namedBy"];
  readonly sessionsOpen: number;
  readonly consuming: readonly string[];
  /** An open session was assigned to it without its queues. */
  readonly likely: boolean;
}): Confidence {
  if (client.namedBy === "connection-name") return { confidence: "certain", because: "connection-name" };
  if (client.likely) return { confidence: "likely", because: "returned-without-queues" };
  if (client.sessionsOpen > 1) return { confidence: "weak", because: "several-share-it" };
  if (client.consuming.length === 0) return { confidence: "weak", because: "nothing-else" };
  return { confidence: "likely", because: "queues" };
}
