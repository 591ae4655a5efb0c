import { DAY, MINUTE } from "@/lib/base/time/duration";
import type { Client, ClientState } from "@/lib/rabbitmq/clients/client";
import { giveUpMs } from "@/lib/rabbitmq/clients/give-up";
import { isVisit, RECONNECTS_MS } from "@/lib/rabbitmq/clients/lifetimes";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** A client that disconnected on purpose departs after this time. */
const DELIBERATE_ABSENCE_MS = MINUTE;
/** A lost client departs after a day. */
const LOST_FOR_MS = DAY;

/** What the configuration sets, ms. */
export interface AbsenceLimits {
  /** How long a client may be absent before it is lost; null: as long as its library retries. */
  readonly giveUpMs: number | null;
  /** A client that was connected for this long is expected to stay. */
  readonly expectedAfterMs: number;
}

/** The state of one client from its open sessions, or from how and when the last one ended. */
export function nextState(
  client: Client,
  open: readonly Session[],
  limits: AbsenceLimits,
  nowMs: number,
): { readonly state: ClientState; readonly sinceMs: number } {
  if (open.length > 0) return openState(client, open, nowMs);
  const end = client.lastEnd;
  if (end === null) return since(client, "absent", nowMs);
  const absentMs = nowMs - end.atMs;
  const departed = since(client, "departed", nowMs);
  // Both count from the end: "lost since 03:11" is when it disconnected, not when the time limit passed.
  const absent = { state: "absent" as const, sinceMs: end.atMs };
  const deliberate = (end.reason === "client-closed" || end.reason === "forced") && !end.inferred;
  if (deliberate) return absentMs > DELIBERATE_ABSENCE_MS ? departed : absent;
  if (isVisit(client, end, limits.expectedAfterMs)) return absentMs > RECONNECTS_MS ? departed : absent;
  if (absentMs > LOST_FOR_MS) return departed;
  const lost = absentMs > (limits.giveUpMs ?? giveUpMs(client.product, client.platform));
  return lost ? { state: "lost", sinceMs: end.atMs } : absent;
}

function openState(client: Client, open: readonly Session[], nowMs: number) {
  const late = open.filter((session) => session.lateSinceMs !== null);
  const earliest = Math.min(...late.map((session) => session.lateSinceMs ?? nowMs));
  if (late.length > 0) return { state: "late" as const, sinceMs: earliest };
  if (open.some((session) => session.blocked)) return since(client, "blocked", nowMs);
  return since(client, "connected", nowMs);
}

const since = (client: Client, state: ClientState, nowMs: number) => ({
  state,
  sinceMs: client.state === state ? client.stateSinceMs : nowMs,
});
