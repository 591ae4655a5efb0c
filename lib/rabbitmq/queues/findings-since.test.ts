import { describe, expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import { type FindingsSince, followFindings, NOT_CHECKED } from "@/lib/rabbitmq/queues/findings-since";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";

const finding: QueueFinding = {
  ...{ id: "f", kind: "dead-letter-unread", severity: "warning", broker: "main", vhost: "/", queues: ["dead"] },
  inferred: false,
  evidence: {
    ...{ ready: 1, ttlMs: null, oldestMessageSeconds: null },
    ...{ standsSeconds: null, exchange: null, routingKey: null },
  },
};

/**
 * Looks a second apart: "." nothing is found, "f" the finding, "?" its queue is not measured, "a" found by a look that
 * sees more than those before, "-" no look for ten minutes. Told: since when it stands at the end; "–" it does not.
 */
function told(story: string): string {
  let nowMs = 0;
  let since: FindingsSince = NOT_CHECKED;
  for (const look of story) {
    nowMs += look === "-" ? 600 * SECOND : SECOND;
    if (look === "-") continue;
    const queues = [aQueue("dead", { ready: look === "?" ? null : 1 })];
    since = followFindings(since, look === "f" || look === "a" ? [finding] : [], { queues, anew: look === "a", nowMs });
  }
  const standing = since.standing.get("f");
  return standing === undefined ? "–" : standing.sinceMs === null ? "not known" : `${standing.sinceMs / SECOND} s`;
}

describe("since when a finding stands", () => {
  test.each<[string, string, string]>([
    ["there at the first look: nobody knows", "ff", "not known"],
    ["new at a later look", ".ff", "2 s"],
    ["gone", ".ff.", "–"],
    ["gone and back is new", ".f.f", "4 s"],
    ["new after a long rest: it may have come at any time of it", ".-f", "not known"],
    ["it stood before the rest and stands after it", ".f-f", "2 s"],
    ["new to a look that sees more", ".a", "not known"],
    ["not measured is neither gone nor new", ".f??f", "2 s"],
    ["and tells of nothing that was not there", ".?f", "3 s"],
  ])("%s", (_, story, expected) => expect(told(story)).toBe(expected));
});
