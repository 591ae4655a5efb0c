import { expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { resolutionOf } from "@/lib/alerts/model/resolution";
import { verbatim } from "@/lib/base/messages/reason";
import { MINUTE } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import { firstSourceMemory } from "@/lib/collector/source/memory";
import { aJobQueue } from "@/lib/collector/source/source-timeline.testing";
import type { JobQueue, SourceOutcome } from "@/lib/sources/jobs/job";

const T0 = 1_800_000_000_000;
const RETRY_RULES: readonly string[] = ["retry-backlog", "retry-not-draining"];

type Counts = Partial<JobQueue["counts"]> & { readonly due: number | null; readonly later?: number };

const queueOf = ({ due, later = 0, ...counts }: Counts): JobQueue => ({
  ...aJobQueue,
  queue: "mail",
  counts: { queued: 0, scheduled: 0, running: 0, retry: (due ?? 0) + later, failed: 10, done: 1_000, ...counts },
  retry: { due, later },
});

/** Ten minutes of 200 due retries that do not drain, then the polls given, one a minute. */
function source(then: readonly (Counts | "unreadable" | "absent")[]): string[] {
  let memory = firstSourceMemory(
    { source: "mine", kind: "river", pollIntervalMs: MINUTE, runnersExpected: null, registry: new Map() },
    T0,
  );
  let alerts: AlertMemory = new Map();
  const log: string[] = [];
  [...Array.from({ length: 11 }, () => ({ due: 200 })), ...then].forEach((one, minute) => {
    const nowMs = T0 + minute * MINUTE;
    const reading = {
      ...{ queues: one === "absent" || one === "unreadable" ? [] : [queueOf(one)], runners: null, finishedTotal: null },
      ...{ generation: "1", atMs: nowMs, clockAheadMs: 0, exactAgainMs: null, standby: null },
    };
    const refused = {
      ok: false,
      state: "unreachable",
      reason: verbatim("refused"),
      code: "refused",
      durationMs: 5,
    } as const;
    const outcome: SourceOutcome<never> = one === "unreadable" ? refused : { ok: true, durationMs: 5, reading };
    const { after, facts } = deriveSource(memory, outcome, nowMs);
    const evaluated = evaluateAlerts(alerts, { ...facts, rules: BUILT_IN_RULES, nowMs });
    memory = after;
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) {
      if (type === "alert.firing" || !RETRY_RULES.includes(alert.rule)) continue;
      log.push(`${alert.rule} ${resolutionOf(alert)}: ${alert.summary}`);
    }
  });
  expect([...alerts.values()].some(({ alert }) => RETRY_RULES.includes(alert.rule)) || log.length > 0).toBe(true);
  return log;
}

const bothAre = (start: string, text: string) => [
  expect.stringContaining(`${start}: mine/mail: ${text}`),
  expect.stringContaining(`${start}: mine/mail: ${text}`),
];

test.each<[string, Parameters<typeof source>[0], readonly unknown[]]>([
  [
    "they run and are done",
    [
      { due: 100, done: 1_100 },
      { due: 0, done: 1_200 },
    ],
    [
      expect.stringContaining("retry-backlog recovered: mine/mail is down to 0 retries due"),
      expect.stringContaining("retry-not-draining recovered: mine/mail: due retries are draining again"),
    ],
  ],
  [
    "they run and are to be tried once more",
    [{ due: 0, later: 200 }],
    [expect.stringContaining("retry-backlog recovered"), expect.stringContaining("retry-not-draining recovered")],
  ],
  [
    "they fail for good",
    [{ due: 0, failed: 210 }],
    bothAre("departed", "200 due retries failed for good; they have not drained"),
  ],
  [
    "their rows are deleted",
    [{ due: 0 }],
    bothAre("departed", "the rows of 200 due retries were deleted; they have not drained"),
  ],
  [
    "a table that deletes what is done does not tell",
    [{ due: 0, done: null }],
    [expect.stringContaining("retry-backlog recovered"), expect.stringContaining("retry-not-draining recovered")],
  ],
  ["the table cannot be read", Array.from({ length: 60 }, () => "unreadable" as const), []],
  ["the number cannot be counted", Array.from({ length: 60 }, () => ({ due: null })), []],
  [
    "the queue is gone from the table",
    ["absent"],
    [expect.stringContaining("retry-backlog departed"), expect.stringContaining("retry-not-draining departed")],
  ],
])("an alert about retries that do not drain: %s", (_, then, expected) =>
  expect(source(then).toSorted()).toEqual(expected),
);
