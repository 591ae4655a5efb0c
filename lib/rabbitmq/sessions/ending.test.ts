import { expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import { STATS_LAG_MS } from "@/lib/rabbitmq/heartbeats/late";
import { type EndingConditions, inferEnd } from "@/lib/rabbitmq/sessions/ending";
import type { Session } from "@/lib/rabbitmq/sessions/session";

const T = 1_763_700_000_000;
const POLL_MS = 5 * SECOND;

/** A session that the list of `LAST` showed and that of `NOW` does not. */
const LAST = T + 600 * SECOND;
const NOW = LAST + POLL_MS;

const session = (timeoutSeconds: number, silentSeconds: number, more: Partial<Session> = {}): Session => ({
  ...{ id: "s", broker: "main", client: "c", connection: "1 -> 2", node: "rabbit@a", pid: null, openedMs: T },
  ...{
    closedMs: null,
    end: null,
    reconnect: false,
    likely: false,
    listed: true,
    timeoutSeconds,
    recvOct: 9,
    sendOct: 9,
  },
  ...{ recvGrewMs: LAST - silentSeconds * SECOND, sendGrewMs: LAST, blocked: false, lateSinceMs: null },
  ...more,
});

const polled: EndingConditions = {
  ...{ nowMs: NOW, pollMs: POLL_MS, lagMs: STATS_LAG_MS, aheadMs: 0, lastPollMs: LAST, blindSinceMs: null },
  ...{ nodes: null, restarted: new Set<string>(), stopping: new Map<string, number>(), logFlowed: false },
};

test.each<[string, Session, string]>([
  ["10 s: silent for longer than a healthy client ever seems", session(10, 20), "heartbeat"],
  ["5 s: the same", session(5, 15), "heartbeat"],
  ["10 s: as silent as one that beats every 10 s may seem", session(10, 15), "unknown"],
  ["10 s: beats every 5 s, and closed in order", session(10, 5), "unknown"],
  ["10 s: no new number of the broker either", session(10, 20, { sendGrewMs: LAST - 20 * SECOND }), "unknown"],
  ["10 s: its last byte was not observed as it came", session(10, 20, { isRecvUnobserved: true }), "unknown"],
  ["10 s: blocked by the broker, which checks no heartbeat", session(10, 20, { blocked: true }), "unknown"],
  ["60 s: silent, and gone long before the broker would close it", session(60, 68), "unknown"],
  ["60 s: late until the broker closed it", session(60, 170, { lateSinceMs: LAST - 90 * SECOND }), "heartbeat"],
  ["60 s: late, and gone before the broker would close it", session(60, 75, { lateSinceMs: LAST }), "unknown"],
  ["no heartbeat", session(0, 300), "unknown"],
])("%s", (_, one, expected) => {
  const { end, closedMs } = inferEnd(one, polled);
  expect([end.reason, end.inferred, closedMs]).toEqual([expected, expected === "heartbeat", NOW]);
});

test("at the first poll after a start nothing is known of the silence", () =>
  expect(inferEnd(session(10, 20), { ...polled, lastPollMs: null }).end.reason).toBe("unknown"));
