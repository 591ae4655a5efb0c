import "server-only";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Summary } from "prom-client";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** How long the phases of a broker's tick take, and how late the event loop is. */
export interface Timings {
  /** `lastbeat_tick_seconds{phase}`: observe, derive, keep, and `whole` from the first request to the commit. */
  readonly ticks: Summary<"phase">;
  /** How late timers ran in the current half minute and the one before it, ms. */
  loopDelay(): LoopDelay;
}

interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Quantiles cover this long, so that yesterday's slow ticks do not hide today's. */
const QUANTILES_MS = 10 * MINUTE;
const AGE_BUCKETS = 5;
const LOOP_WINDOW_MS = 30 * SECOND;
/** The finest resolution at a negligible cost; shorter delays are not measured. */
const RESOLUTION_MS = 10;

export function createTimings(): Timings {
  const ticks = new Summary({
    name: "lastbeat_tick_seconds",
    help: "Time of a broker's tick by phase; whole is from the first request to the commit",
    labelNames: ["phase"],
    percentiles: [0.5, 0.95, 0.99],
    maxAgeSeconds: QUANTILES_MS / SECOND,
    ageBuckets: AGE_BUCKETS,
    registers: [],
  });
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // It records the time between two of its timers, whose own interval is not lateness.
  const late = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  const read = (): LoopDelay => ({
    p50Ms: late(histogram.percentile(50)),
    p99Ms: late(histogram.percentile(99)),
    maxMs: late(histogram.max),
  });
  let before: LoopDelay = { p50Ms: 0, p99Ms: 0, maxMs: 0 };
  setInterval(() => {
    before = read();
    histogram.reset();
  }, LOOP_WINDOW_MS).unref();
  return {
    ticks,
    loopDelay: () => {
      const now = read();
      return {
        p50Ms: Math.max(now.p50Ms, before.p50Ms),
        p99Ms: Math.max(now.p99Ms, before.p99Ms),
        maxMs: Math.max(now.maxMs, before.maxMs),
      };
    },
  };
}

/** A stopwatch that records into `timings`. A phase that throws records nothing. */
export function timer(timings: Timings) {
  const start = () => {
    const began = performance.now();
    return (phase: string) => timings.ticks.observe({ phase }, (performance.now() - began) / 1000);
  };
  async function phase<T>(name: string, work: () => Promise<T>): Promise<T> {
    const end = start();
    const result = await work();
    end(name);
    return result;
  }
  return { start, phase };
}
