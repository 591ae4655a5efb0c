import { fingerprint } from "@/lib/base/signals/fingerprint";
import type { Connection } from "@/lib/rabbitmq/api/broker";

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly namedBy: "connection-name" | "identity";
}

export interface IdentityRules {
  /** Patterns cut from connection names: pids, uuids, anything that changes at each start. */
  readonly strip: readonly RegExp[];
  /** How long a client may be away before it is lost, ms; null: as long as its library goes on trying. */
  readonly giveUpMs: number | null;
}

/**
 * Connection names are user-controlled and unbounded (measured: quotes, control characters and newlines pass); those
 * of users, virtual hosts and queues are 255 bytes at most, so a connection named after one is told whole.
 */
const NAME_MAX = 255;
/** Queues that name an unnamed client; more would make the name unreadable and as fragile as the list. */
const QUEUES_MAX = 5;

/**
 * Who a connection belongs to, across reconnects: its connection name, else virtual host, user, peer host, product
 * and the queues it consumes (a consumer tag that outlives redials would do as well, but most are random).
 * `queues` null means that the consumers are not known yet; an unnamed connection then has no identity.
 */
export function identify(
  broker: string,
  connection: Connection,
  queues: readonly string[] | null,
  rules: IdentityRules,
): Identity | null {
  const base = [broker, connection.vhost, connection.user] as const;
  const given = connection.userProvidedName === null ? "" : stripped(connection.userProvidedName, rules.strip);
  if (given !== "") {
    return { id: fingerprint(...base, "name", given), name: cut(given), namedBy: "connection-name" };
  }
  if (queues === null) return null;
  const consumed = [...new Set(queues)].sort();
  const host = connection.peerHost ?? "";
  const product = connection.product ?? "";
  return {
    id: fingerprint(...base, "identity", host, product, ...consumed),
    name: cut(spellOut(connection, consumed)),
    namedBy: "identity",
  };
}

/** A character of two halves is not cut in two: the half left over is no text. */
const cut = (name: string): string => name.slice(0, NAME_MAX).replace(/[\uD800-\uDBFF]$/, "");

function stripped(name: string, strip: readonly RegExp[]): string {
  let rest = name;
  for (const pattern of strip) rest = rest.replace(pattern, "");
  // A rule that eats the whole name would merge every client into one: then the name stands as it came.
  return rest.trim() === "" ? name.trim() : rest.trim();
}

function spellOut(connection: Connection, queues: readonly string[]): string {
  const who = `${connection.product ?? "unnamed"} ${connection.user}@${connection.peerHost ?? "?"}`;
  if (queues.length === 0) return who;
  const more = queues.length > QUEUES_MAX ? ` +${queues.length - QUEUES_MAX}` : "";
  return `${who} (${queues.slice(0, QUEUES_MAX).join(", ")}${more})`;
}

/** How sure it is that the sessions told as one client are one. `because` is a code; the page has the sentence. */
export interface Confidence {
  readonly confidence: "certain" | "likely" | "weak";
  readonly because: "connection-name" | "queues" | "nothing-else" | "several-share-it";
}

/**
 * A connection name is the application's own word. Without one, host, product and queues tell a single connection
 * apart well enough; several connections alike in all of these cannot be told apart, so they are one group.
 */
export function confidenceOf(client: {
  readonly namedBy: Identity["namedBy"];
  readonly sessionsOpen: number;
  readonly consuming: readonly string[];
}): Confidence {
  if (client.namedBy === "connection-name") return { confidence: "certain", because: "connection-name" };
  if (client.sessionsOpen > 1) return { confidence: "weak", because: "several-share-it" };
  if (client.consuming.length === 0) return { confidence: "weak", because: "nothing-else" };
  return { confidence: "likely", because: "queues" };
}
