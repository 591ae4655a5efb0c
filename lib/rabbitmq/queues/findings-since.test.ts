import { describe, expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import { type FindingsSince, followFindings, NOT_CHECKED } from "@/lib/rabbitmq/queues/findings-since";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";

const finding: QueueFinding = {
  id: "f",
  kind: "dead-letter-unread",
  severity: "warning",
  broker: "main",
  vhost: "/",
  queues: ["dead"],
  inferred: false,
  evidence: {
    ready: 1,
    ttlMs: null,
    oldestMessageSeconds: null,
    standsSeconds: null,
    exchange: null,
    routingKey: null,
  },
};

/**
 * Checks a second apart: "." no finding, "f" the finding, "?" its queue is not measured, "a" found by a check that
 * covers more than those before, "-" no check for ten minutes. Returns since when it exists at the end; "–" if it does
 * not.
 */
function existsSince(story: string): string {
  let nowMs = 0;
  let since: FindingsSince = NOT_CHECKED;
  for (const check of story) {
    nowMs += check === "-" ? 600 * SECOND : SECOND;
    if (check === "-") continue;
    const queues = [aQueue("dead", { ready: check === "?" ? null : 1 })];
    since = followFindings(since, check === "f" || check === "a" ? [finding] : [], {
      queues,
      widened: check === "a",
      nowMs,
    });
  }
  const current = since.current.get("f");
  return current === undefined ? "–" : current.sinceMs === null ? "not known" : `${current.sinceMs / SECOND} s`;
}

describe("since when a finding exists", () => {
  test.each<[string, string, string]>([
    ["present at the first check", "ff", "not known"],
    ["new at a later check", ".ff", "2 s"],
    ["resolved", ".ff.", "–"],
    ["resolved and found again is new", ".f.f", "4 s"],
    ["new after a long pause: it may have begun at any time in it", ".-f", "not known"],
    ["present before and after the pause", ".f-f", "2 s"],
    ["new to a check that covers more", ".a", "not known"],
    ["not measured is neither resolved nor new", ".f??f", "2 s"],
    ["not measured before it was found", ".?f", "3 s"],
  ])("%s", (_, story, expected) => expect(existsSince(story)).toBe(expected));
});
