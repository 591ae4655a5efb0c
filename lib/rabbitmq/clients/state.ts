import { DAY, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Client, ClientState } from "@/lib/rabbitmq/clients/client";
import { giveUpMs } from "@/lib/rabbitmq/clients/give-up";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** A client that disconnected on purpose departs after this time. */
const DELIBERATE_ABSENCE_MS = MINUTE;
/** A client observed for less than this in all is short-lived (a script, a health check); its end is not a loss. */
const ESTABLISHED_MS = 30 * SECOND;
/**
 * Ends that do not show a short-lived program: the client stopped responding, or its node went away. A script that
 * exits without closing its connection is `connection-lost` (a PHP script whose connection lasted 0.5 s:
 * jakubkulhan/bunny issue 58).
 */
const NOT_ITS_OWN_END: ReadonlySet<EndReason> = new Set(["heartbeat", "broker-stopped", "node-down"]);
/** A lost client departs after a day. */
const LOST_FOR_MS = DAY;
/** A short-lived client departs soon after its end. */
const SHORT_LIVED_ABSENCE_MS = 30 * SECOND;

/** The state of one client from its open sessions, or from how and when the last one ended. */
export function nextState(
  client: Client,
  open: readonly Session[],
  lostAfterMs: number | null,
  nowMs: number,
): { readonly state: ClientState; readonly sinceMs: number } {
  if (open.length > 0) return openState(client, open, nowMs);
  const end = client.lastEnd;
  if (end === null) return since(client, "absent", nowMs);
  const absentMs = nowMs - end.atMs;
  const deliberate = (end.reason === "client-closed" || end.reason === "forced") && !end.inferred;
  const established = client.lastSeenMs - client.firstSeenMs >= ESTABLISHED_MS;
  const shortLived = !established && !NOT_ITS_OWN_END.has(end.reason);
  if (deliberate && absentMs > DELIBERATE_ABSENCE_MS) return since(client, "departed", nowMs);
  if (shortLived && absentMs > SHORT_LIVED_ABSENCE_MS) return since(client, "departed", nowMs);
  if (absentMs > LOST_FOR_MS) return since(client, "departed", nowMs);
  // Both count from the end: "lost since 03:11" is when it disconnected, not when the time limit passed.
  const lost = absentMs > (lostAfterMs ?? giveUpMs(client.product, client.platform));
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
