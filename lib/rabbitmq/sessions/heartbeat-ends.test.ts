import { expect, test } from "vitest";
import { MINUTE } from "@/lib/base/time/duration";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import { type HeartbeatEnds, heartbeatEnds } from "@/lib/rabbitmq/sessions/heartbeat-ends";
import type { Session } from "@/lib/rabbitmq/sessions/session";

const T = 1_763_700_000_000;
const ended = (id: string, reason: EndReason, closedMs: number): Session => ({
  id,
  broker: "main",
  client: null,
  connection: id,
  node: null,
  pid: null,
  openedMs: T,
  closedMs,
  end: { reason, inferred: false, detail: null },
  reconnect: false,
  likely: false,
  listed: true,
  timeoutSeconds: 60,
  recvOct: null,
  recvGrewMs: T,
  sendOct: null,
  sendGrewMs: T,
  blocked: false,
  lateSinceMs: null,
});
const NOTHING = { ended: [], explained: [], revived: [] };

test("each end counts once, for ten minutes, by its reason so far", () => {
  const ids = (known: HeartbeatEnds) => [...known.keys()].join(" ");
  const first = heartbeatEnds(
    new Map(),
    { ...NOTHING, ended: [ended("a", "heartbeat", T), ended("b", "unknown", T), ended("c", "heartbeat", T)] },
    T,
  );
  expect(ids(first)).toBe("a c");
  const explained = [ended("a", "node-down", T), ended("b", "heartbeat", T)];
  expect(ids(heartbeatEnds(first, { ...NOTHING, explained }, T + MINUTE))).toBe("c b");
  expect(ids(heartbeatEnds(first, { ...NOTHING, revived: [ended("c", "heartbeat", T)] }, T + MINUTE))).toBe("a");
  expect(ids(heartbeatEnds(first, NOTHING, T + 9 * MINUTE))).toBe("a c");
  expect(ids(heartbeatEnds(first, NOTHING, T + 10 * MINUTE))).toBe("");
  expect(ids(heartbeatEnds(new Map(), { ...NOTHING, explained: [ended("old", "heartbeat", T)] }, T + DAY_LATER))).toBe(
    "",
  );
});

const DAY_LATER = 1_440 * MINUTE;
