import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";

const POLL_MS = 5 * SECOND;
const COLLECTOR_MS = 5 * SECOND;

interface Heartbeats {
  readonly timeoutSeconds: number;
  /** From one heartbeat of the client to the next, ms. */
  readonly everyMs: number;
  /** `collect_statistics_interval`. */
  readonly intervalMs: number;
  /** The client sends nothing from then on, ms after the start. */
  readonly silentFromMs?: number;
}

/**
 * A client whose connection emits its numbers at the statistics interval, copied by the collector every 5 s; the instants
 * at which it was first late, ms after the start.
 */
function lateAt(heartbeats: Heartbeats, forMs: number): number[] {
  const { timeoutSeconds, everyMs, intervalMs, silentFromMs = Number.POSITIVE_INFINITY } = heartbeats;
  const t = timeline();
  const startMs = t.nowMs();
  // The last emission that the collector had copied at a poll.
  const emittedMs = (atMs: number) =>
    Math.floor((Math.floor(atMs / COLLECTOR_MS) * COLLECTOR_MS) / intervalMs) * intervalMs;
  const late: number[] = [];
  let wasLate = false;
  for (let atMs = POLL_MS; atMs <= forMs; atMs += POLL_MS) {
    const knownMs = emittedMs(atMs);
    // The first heartbeat lies just before an emission, so that the drift carries one across it within ten minutes.
    const heartbeatsSent = Math.floor((Math.min(knownMs, silentFromMs) + 300) / everyMs);
    const connection = aConnection(1, {
      timeoutSeconds,
      connectedAtMs: startMs,
      recvOct: 500 + 8 * heartbeatsSent,
      sendOct: 500 + 8 * Math.floor(knownMs / ((timeoutSeconds * SECOND) / 2)),
    });
    t.poll({ connections: [connection], uptimeMs: MINUTE + knownMs });
    const isLate = [...t.memory().clients.values()][0]?.state === "late";
    if (isLate && !wasLate) late.push(atMs);
    wasLate = isLate;
  }
  expect(t.nowMs() - startMs).toBe(forMs);
  return late;
}

describe("a healthy client is never late", () => {
  test.each([
    { timeoutSeconds: 60, everyMs: 60_030, intervalMs: 60_000 },
    { timeoutSeconds: 30, everyMs: 30_030, intervalMs: 30_000 },
    { timeoutSeconds: 60, everyMs: 60_030, intervalMs: 30_000 },
    { timeoutSeconds: 60, everyMs: 60_030, intervalMs: 10_000 },
    { timeoutSeconds: 60, everyMs: 60_030, intervalMs: 15_000 },
    { timeoutSeconds: 60, everyMs: 60_030, intervalMs: 5_000 },
    { timeoutSeconds: 20, everyMs: 20_030, intervalMs: 60_000 },
  ])("T = $timeoutSeconds s at an interval of $intervalMs ms", (heartbeats) => {
    expect(lateAt(heartbeats, 20 * MINUTE)).toEqual([]);
  });
});

describe("a silent client is late once old numbers do not explain its silence", () => {
  test("at 5 s: as early as before", () => {
    // The last change of its number is copied at 300 s; 60 s timeout + 10 s lag + 2 s slack later is the poll at 375 s.
    expect(
      lateAt({ timeoutSeconds: 60, everyMs: 30_000, intervalMs: 5_000, silentFromMs: 299_800 }, 10 * MINUTE),
    ).toEqual([375_000]);
  });

  test("at 30 s: 25 s later, and still before the broker closes it", () => {
    expect(
      lateAt({ timeoutSeconds: 60, everyMs: 30_000, intervalMs: 30_000, silentFromMs: 299_800 }, 10 * MINUTE),
    ).toEqual([400_000]);
  });
});
