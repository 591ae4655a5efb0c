import { DAY, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Client, ClientState } from "@/lib/rabbitmq/clients/client";
import { giveUpMs } from "@/lib/rabbitmq/clients/give-up";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** Who left on purpose is given this long to come back before the page lets go of it. */
const LEFT_ON_PURPOSE_MS = MINUTE;
/** A client seen for less than this in all is a visitor (a script, a health check), and its going is no loss. */
const ESTABLISHED_MS = 30 * SECOND;
/** After a day away nobody waits any more. */
const LOST_FOR_MS = DAY;
/** A visitor is gone from the list soon after it went. */
const VISITOR_MS = 30 * SECOND;

/** The state of one client from its open sessions, or from how and when the last one ended. */
export function nextState(
  client: Client,
  open: readonly Session[],
  patienceMs: number | null,
  nowMs: number,
): { readonly state: ClientState; readonly sinceMs: number } {
  if (open.length > 0) return openState(client, open, nowMs);
  const end = client.lastEnd;
  if (end === null) return since(client, "absent", nowMs);
  const away = nowMs - end.atMs;
  const onPurpose = (end.reason === "client-closed" || end.reason === "forced") && !end.inferred;
  const visitor = end.reason === "unknown" && client.lastSeenMs - client.firstSeenMs < ESTABLISHED_MS;
  if (onPurpose && away > LEFT_ON_PURPOSE_MS) return since(client, "departed", nowMs);
  if (visitor && away > VISITOR_MS) return since(client, "departed", nowMs);
  if (away > LOST_FOR_MS) return since(client, "departed", nowMs);
  // Both count from the end: "lost since 03:11" is when it went, not when we gave up waiting.
  const lost = away > (patienceMs ?? giveUpMs(client.product, client.platform));
  return { state: lost ? "lost" : "absent", sinceMs: end.atMs };
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
