import { SECOND } from "@/lib/base/time/duration";
import type { Client, LastEnd } from "@/lib/rabbitmq/clients/client";
import { isShortLived } from "@/lib/rabbitmq/clients/lifetimes";

/** The phases of one trouble, in order: a client that is late may be disconnected, and one that is disconnected lost. */
export type ConnectivityPhase = "connected" | "late" | "disconnected" | "lost" | "departed";

/** A library that reconnects at once is back within this; only a client that is not is in trouble. */
export const RECONNECTS_WITHIN_MS = 15 * SECOND;

/** The broker closes a connection after two to three heartbeat timeouts without a byte (rabbit_heartbeat.erl). */
const MISSED_AT_CLOSE = 2;

/**
 * Whether an end is the trouble that missed heartbeats announce. A late client whose connection then broke for any other
 * reason than its own or an operator's wish is in the same trouble; the broker's own stop is the broker's trouble.
 */
export function isDropped({ reason, wasLate }: LastEnd): boolean {
  switch (reason) {
    case "heartbeat":
      return true;
    case "connection-lost":
    case "protocol":
    case "consumer-timeout":
    case "authentication":
    case "unknown":
      return wasLate;
    case "client-closed":
    case "forced":
    case "broker-stopped":
    case "node-down":
      return false;
    default:
      return reason satisfies never;
  }
}

export interface Connectivity {
  readonly phase: ConnectivityPhase;
  /** Whole timeouts without a byte; null while it is not known whether the client comes back. */
  readonly missed: number | null;
}

/**
 * The connectivity of a client without an open session. A dropped client has missed the two heartbeats for which it was
 * dropped until it is back or has departed: the feared event does not end the alert that announced it. `maybeBack`: a
 * connection that is not assigned yet may be its.
 */
export function connectivityWithoutSession(client: Client, maybeBack: boolean, nowMs: number): Connectivity {
  const { lastEnd, state } = client;
  if (state === "departed") return { phase: "departed", missed: 0 };
  const phase = state === "lost" ? "lost" : "disconnected";
  if (lastEnd === null || isShortLived(client)) return { phase, missed: 0 };
  if (!isDropped(lastEnd)) return { phase, missed: lastEnd.wasLate ? null : 0 };
  if (maybeBack) return { phase, missed: null };
  if (nowMs - lastEnd.atMs >= RECONNECTS_WITHIN_MS) return { phase, missed: MISSED_AT_CLOSE };
  return { phase, missed: lastEnd.wasLate ? 1 : null };
}
