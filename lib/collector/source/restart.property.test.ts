import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AlertEvent } from "@/lib/alerts/model/alert";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { ApplicationFacts } from "@/lib/collector/source/follow-application";
import { aJobQueue, sourceTimeline } from "@/lib/collector/source/source-timeline.testing";
import type { RunnerContact, SourceReading } from "@/lib/sources/jobs/job";
import { followWaiting } from "@/lib/sources/jobs/leader";

const POLL_MS = 30 * SECOND;
const POLLS_A_MINUTE = MINUTE / POLL_MS;

/** A history is up to 200 polls, twice. */
const RUNS = Math.ceil(propertyRuns(200) / 20);

/** What happens in a source for some polls. */
const MODES = [
  "served",
  "untaken",
  "retries-stuck",
  "starved",
  "loop",
  "failing",
  "growing",
  "silent-runner",
  "empty",
] as const;
type Mode = (typeof MODES)[number];

/** The rows and counters of a job table, from poll to poll. */
interface Table {
  readonly queued: number;
  readonly running: number;
  readonly due: number;
  readonly done: number;
  readonly failed: number;
  readonly updates: number;
  readonly rollbacks: number;
  readonly contactMs: number;
}

function step(table: Table, mode: Mode, atMs: number): Table {
  const worked = { ...table, contactMs: atMs, running: 1, done: table.done + 1, updates: table.updates + 3 };
  switch (mode) {
    case "served":
      return { ...worked, queued: 2, due: 0 };
    case "untaken":
      return { ...table, queued: 4, running: 0, contactMs: atMs };
    case "retries-stuck":
      return { ...table, queued: 0, running: 0, due: 5, contactMs: atMs };
    case "starved":
      return { ...worked, queued: 3, due: 5 };
    case "loop":
      return { ...worked, due: 6, updates: table.updates + 4, rollbacks: table.rollbacks + 4 };
    case "failing":
      return { ...worked, failed: table.failed + 3 };
    case "growing":
      return { ...worked, queued: table.queued + 40 };
    case "silent-runner":
      return { ...table, running: 1 };
    case "empty":
      return { ...table, queued: 0, running: 0, due: 0, contactMs: atMs };
    default:
      return mode satisfies never;
  }
}

function readingOf(table: Table, previous: SourceReading | null, atMs: number): SourceReading<ApplicationFacts> {
  const { queued, running, due, done, failed, updates, rollbacks } = table;
  const holding = [
    { id: "1", type: "a", startedMs: 1, updatedMs: table.contactMs, progress: null, failures: 0, phase: "processing" },
  ] as const;
  const runner: RunnerContact = {
    ...{ name: "one", lastContactMs: table.contactMs, overduePendingMs: null },
    holding: running > 0 ? holding : [],
  };
  const queues = [
    {
      ...aJobQueue,
      counts: { queued, running, retry: due, failed, done, scheduled: 0 },
      retry: { due, later: 0 },
      oldestDueSeconds: queued + due > 0 ? 60 : null,
    },
  ];
  const finishedTotal = done + failed;
  return {
    ...{
      queues,
      runners: [runner],
      finishedTotal,
      generation: "1",
      atMs,
      clockAheadMs: 0,
      exactAgainMs: null,
      standby: null,
    },
    writes: { updates, rollbacks },
    leader: { present: true, waitingSinceMs: followWaiting(previous, { queues, finishedTotal, atMs }) },
  };
}

type Period = readonly [mode: Mode, polls: number];
interface Restart {
  readonly beforePoll: number;
  readonly killed: boolean;
  readonly forgotten?: boolean;
}

/** The events of a history, with restarts before some of its polls: rule, what, and ms since the start. */
function events(periods: readonly Period[], restarts: readonly Restart[]): (readonly [string, number])[] {
  const line = sourceTimeline([], POLL_MS);
  const startMs = line.nowMs();
  let table: Table = {
    ...{ queued: 0, running: 0, due: 0, done: 5, failed: 0, updates: 10, rollbacks: 0 },
    contactMs: startMs,
  };
  const log: (readonly [string, number])[] = [];
  for (const mode of periods.flatMap(([one, polls]) => Array.from({ length: polls }, () => one))) {
    for (const { beforePoll, ...how } of restarts) if (beforePoll === line.polls()) line.restart(how);
    table = step(table, mode, line.nowMs());
    const atMs = line.nowMs();
    const polled = line.poll((previous) => readingOf(table, previous, atMs));
    log.push(...polled.events.map((event) => [nameOf(event), event.atMs - startMs] as const));
  }
  return log;
}

const nameOf = ({ type, alert }: AlertEvent): string =>
  `${alert.rule} ${type} ${alert.severity} ${alert.labels.queue ?? alert.labels.runner ?? "-"}`;

const period = fc.tuple(fc.constantFrom(...MODES), fc.integer({ min: 1, max: 14 * POLLS_A_MINUTE }));
const history = fc.array(period, { minLength: 1, maxLength: 5 });
const cuts = fc.array(fc.integer({ min: 1, max: 60 * POLLS_A_MINUTE }), { minLength: 1, maxLength: 3 });

describe("a restart of ours says nothing", () => {
  test("an orderly one: what is sent is sent at the same poll", () => {
    fc.assert(
      fc.property(history, cuts, (periods, at) => {
        const restarts = at.map((beforePoll) => ({ beforePoll, killed: false }));
        expect(events(periods, restarts)).toEqual(events(periods, []));
      }),
      { numRuns: RUNS },
    );
  });

  test("a kill: the same, at most a minute later", () => {
    fc.assert(
      fc.property(history, cuts, (periods, at) => {
        // Then everything has ended, and what was to be sent has been.
        const whole = [...periods, ["empty", 40 * POLLS_A_MINUTE]] as const satisfies readonly Period[];
        const restarts = at.map((beforePoll) => ({ beforePoll, killed: true }));
        const uncut = events(whole, []);
        const cut = events(whole, restarts);
        expect(cut.map(([what]) => what).toSorted()).toEqual(uncut.map(([what]) => what).toSorted());
        const expected = uncut.toSorted(([a], [b]) => a.localeCompare(b));
        cut
          .toSorted(([a], [b]) => a.localeCompare(b))
          .forEach(([, atMs], index) => {
            expect(atMs - (expected[index]?.[1] ?? 0)).toBeGreaterThanOrEqual(-MINUTE);
            expect(atMs - (expected[index]?.[1] ?? 0)).toBeLessThanOrEqual(MINUTE);
          });
      }),
      { numRuns: RUNS },
    );
  });

  test("an upgrade from a version that stored nothing resolves nothing that goes on, and what is over after all", () => {
    for (const mode of ["untaken", "loop"] as const) {
      const periods: Period[] = [
        ["served", 30],
        [mode, 32 * POLLS_A_MINUTE],
      ];
      const restart = { beforePoll: 30 + 14 * POLLS_A_MINUTE, killed: false, forgotten: true };
      expect(events(periods, [restart])).toEqual(events(periods, []));
      const over: Period[] = [...periods, ["served", 16 * POLLS_A_MINUTE]];
      const resolved = events(over, [restart]).filter(([what]) => what.includes("resolved"));
      expect(resolved.length).toBe(events(over, []).filter(([what]) => what.includes("resolved")).length);
    }
  });

  test("the histories fire what they are made for", () => {
    const fired = (mode: Mode) =>
      events(
        [
          ["served", 30],
          [mode, 20 * POLLS_A_MINUTE],
        ],
        [],
      ).map(([what]) => what.split(" ").slice(0, 2).join(" "));
    expect(MODES.map((mode) => [mode, [...new Set(fired(mode))]])).toMatchInlineSnapshot(`
      [
        [
          "served",
          [],
        ],
        [
          "untaken",
          [
            "jobs-not-taken alert.firing",
          ],
        ],
        [
          "retries-stuck",
          [
            "retry-not-draining alert.firing",
            "jobs-not-taken alert.firing",
          ],
        ],
        [
          "starved",
          [
            "retry-not-draining alert.firing",
          ],
        ],
        [
          "loop",
          [
            "retry-not-draining alert.firing",
            "retry-conflict-loop alert.firing",
          ],
        ],
        [
          "failing",
          [
            "jobs-failing alert.firing",
          ],
        ],
        [
          "growing",
          [],
        ],
        [
          "silent-runner",
          [
            "runner-silent alert.firing",
          ],
        ],
        [
          "empty",
          [],
        ],
      ]
    `);
  });
});
