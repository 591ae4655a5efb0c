import { expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { MESSAGES } from "@/lib/alerts/catalogue/messages";
import { remedyOf } from "@/lib/alerts/catalogue/remedy";
import { summarise } from "@/lib/alerts/text/summary";
import type { Context } from "@/lib/base/messages/sentence/context";

test.each<[string, Context, string | null]>([
  ["retry-conflict-loop", { kind: "bitmagnet", generation: "0.9" }, "bitmagnetConflict"],
  ["retry-conflict-loop", { kind: "pg-boss" }, null],
  ["retry-not-draining", { kind: "bitmagnet", cause: "starved" }, "bitmagnetStarved"],
  ["retry-not-draining", { kind: "river", cause: "starved" }, "starved"],
  ["retry-backlog", { kind: "bitmagnet", cause: "one-error" }, "bitmagnetOneError"],
  ["retry-backlog", { kind: "bitmagnet", cause: null }, null],
  ["retry-backlog", { kind: "sql", cause: "not-taken" }, "notTaken"],
  ["jobs-not-taken", { kind: "kyoo" }, "kyooNotTaken"],
  ["jobs-not-taken", { kind: "sql" }, "notTaken"],
  ["jobs-orphaned", { kind: "oban" }, "obanOrphaned"],
  ["jobs-orphaned", { kind: "sql" }, "orphaned"],
  ["runner-silent", { kind: "peertube" }, "peertubeSilent"],
  ["runner-silent", { kind: "good-job" }, "runnerSilent"],
  ["runner-stuck", { kind: "peertube", because: "progress-unchanged" }, "peertubeProgress"],
  ["runner-stuck", { kind: "peertube", because: "completing-too-long" }, "peertubeCompleting"],
  ["runner-deaf", { kind: "peertube" }, "peertubeDeaf"],
  ["runner-deaf", { kind: "procrastinate" }, null],
  ["runner-bouncing", { kind: "peertube" }, "peertubeBouncing"],
  ["runner-missing", { kind: "solid-queue" }, "runnerMissing"],
  ["jobs-not-taken", {}, null],
  ["jobs-not-taken", { kind: "kyoo", leader: "absent" }, "kyooLeaderless"],
  ["leader-absent", { kind: "kyoo" }, "kyooLeaderless"],
  ["application-redialing", { kind: "roadrunner" }, "roadrunnerRedialing"],
  ["pipeline-broken", { kind: "roadrunner" }, "roadrunnerBroken"],
  ["pipeline-not-consuming", { kind: "roadrunner" }, "roadrunnerNotConsuming"],
  ["pipeline-gave-up", { kind: "roadrunner" }, "roadrunnerGaveUp"],
  ["subscriber-publish-silent", { kind: "faststream" }, "faststreamPublishSilent"],
  ["source-unreachable", { kind: "roadrunner" }, "roadrunnerUnreachable"],
  ["source-unreachable", { kind: "faststream" }, "faststreamUnreachable"],
  ["source-unreachable", { kind: "river" }, null],
  ["heartbeat-late", { kind: "peertube" }, null],
])("%s of %o", (rule, context, inputOf) => expect(remedyOf(rule, context)).toBe(inputOf));

test("where the advice of an incident write-up was wrong, the remedy says what is right", () => {
  const summary = Object.values(MESSAGES.en.remedies).join("\n");
  // "DELETE … WHERE status = 'retry'" loses torrents (bitmagnet#285): only rows with a pending twin may go.
  expect(MESSAGES.en.remedies.bitmagnetConflict).toContain("delete only the retry rows that have a pending twin");
  // A PeerTube runner does not stop reporting a VOD job by itself (still so at 6.3.3).
  expect(MESSAGES.en.remedies.peertubeSilent).toContain("not let go by itself");
  // redial_timeout is whole seconds and amqp has no heartbeat of its own; what mends redials came with 2024.2 and 2025.1.
  expect(MESSAGES.en.remedies.roadrunnerGaveUp).toContain("redial_timeout: 300 in whole seconds");
  expect(MESSAGES.en.remedies.roadrunnerGaveUp).toContain("there is no amqp.heartbeat");
  expect(summary).not.toContain("2023.3.10");
  // An old last contact of an idle runner is no trouble, so nobody is told to watch it.
  expect(summary).not.toMatch(/last contact/i);
});

const seen = { labels: { source: "s", queue: "q" }, threshold: 1, lastedMs: 60_000 };

test.each<[string, number, Context, string]>([
  [
    "retry-conflict-loop",
    300,
    { kind: "bitmagnet", conflicts: 118 },
    `s/q: 118 retries whose key a pending job holds, nothing drained for 5 min (inferred); ${MESSAGES.en.remedies.bitmagnetConflict}`,
  ],
  [
    "retry-conflict-loop",
    300,
    { kind: "bitmagnet", conflicts: 118, updates: 10, rollbacks: 11, windowSeconds: 300 },
    `s/q: 118 retries whose key a pending job holds, 11 rollbacks on 10 updates in 5 min, nothing drained for 5 min (inferred); ${MESSAGES.en.remedies.bitmagnetConflict}`,
  ],
  [
    "retry-conflict-loop",
    300,
    { kind: "river", conflicts: null, updates: 10, rollbacks: 10, windowSeconds: 300 },
    "s/q: no retry is stored, 10 rollbacks on 10 updates in 5 min, nothing drained for 5 min (inferred)",
  ],
  [
    "retry-not-draining",
    600,
    { kind: "river", due: 40, cause: "starved" },
    `s/q: 40 due retries not draining for 10 min: fresh jobs are served before them (inferred); ${MESSAGES.en.remedies.starved}`,
  ],
  [
    "jobs-not-taken",
    300,
    { kind: "kyoo", waiting: 7 },
    `s/q: 7 jobs wait and nobody has taken any for 5 min (inferred); ${MESSAGES.en.remedies.kyooNotTaken}`,
  ],
  ["jobs-orphaned", 1, {}, "s/q: 1 job running for longer than it may (inferred)"],
  ["runners-short", 2, { present: 3, expected: 5 }, "s/q is short of 2 runners: 3 of 5 are there"],
  [
    "runner-missing",
    1,
    { name: "cpu-7", missingSeconds: 130, jobsRunning: 2 },
    "cpu-7 has been missing for 2 min 10 s, holding 2 jobs",
  ],
])("%s: what was seen, then what to do", (rule, value, context, inputOf) =>
  expect(summarise({ ...seen, rule, value, context, outcome: "open" })).toBe(inputOf),
);

test("every rule on sources and runners says when it is over", () => {
  const rules = BUILT_IN_RULES.filter(({ signal }) =>
    /^(jobs|runners?|application|pipeline|subscriber)\./.test(signal),
  );
  expect(rules.length).toBeGreaterThan(10);
  for (const { id: rule } of rules) {
    const inputOf = summarise({ ...seen, rule, value: 0, context: {}, outcome: "cleared" });
    expect(inputOf, rule).not.toContain(`${rule} is over`);
  }
});
