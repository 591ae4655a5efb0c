import { expect, test } from "vitest";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import { followWaiting } from "@/lib/sources/jobs/leader";

/** `due` and `running` jobs, and how many ever finished. */
interface Poll {
  readonly due: number;
  readonly running?: number;
  readonly ended?: number | null;
}

const queue = ({ due, running = 0 }: Poll): JobQueue => ({
  source: "s",
  kind: "kyoo",
  queue: "scanner",
  countsAre: "exact",
  retry: { due: null, later: null },
  counts: { queued: due, running, retry: null, failed: 0, done: null, scheduled: null },
  oldestDueSeconds: due > 0 ? 1 : null,
  throughputPerMinute: null,
  errors: [],
  stuck: 0,
  conflicts: null,
});

function waitingSince(polls: readonly Poll[]): readonly (number | null)[] {
  let previous: SourceReading | null = null;
  return polls.map((poll, at) => {
    const reading = { queues: [queue(poll)], finishedTotal: poll.ended ?? null, atMs: at };
    const waitingSinceMs = followWaiting(previous, reading);
    const rest = { runners: null, generation: "5", clockAheadMs: 0, exactAgainMs: null, standby: null };
    previous = { ...reading, ...rest, leader: { present: true, waitingSinceMs } };
    return waitingSinceMs;
  });
}

test.each<[string, readonly Poll[], readonly (number | null)[]]>([
  ["no job is due", [{ due: 0 }, { due: 0 }], [null, null]],
  ["due jobs that nobody processes", [{ due: 3 }, { due: 3 }, { due: 5 }], [0, 0, 0]],
  [
    "jobs are running",
    [
      { due: 3, running: 1 },
      { due: 2, running: 1 },
    ],
    [null, null],
  ],
  [
    "short jobs, visible only by the number finished",
    [
      { due: 3, ended: 4 },
      { due: 2, ended: 5 },
      { due: 2, ended: 5 },
    ],
    [0, 1, 1],
  ],
  ["a late notification", [{ due: 3 }, { due: 3 }, { due: 2, running: 1 }, { due: 2 }], [0, 0, null, 3]],
])("%s", (_, polls, since) => expect(waitingSince(polls)).toEqual(since));
