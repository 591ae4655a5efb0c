import "server-only";
import { sampledChartRange } from "@/lib/storage/history/chart-range";
import { pollIntervalMs } from "@/lib/storage/history/poll-interval";
import { objectSource } from "@/lib/storage/history/sources/object-source";
import { minutesThenSamples, samplesOnly } from "@/lib/storage/history/stored-rows";
import { hasPartition } from "@/lib/storage/samples/partitions";

/** A back-test reads samples while they are this few: two objects for a day at 5 s. */
const SAMPLE_ROWS_MAX = 40_000;

/** Signals of which every poll writes a sample, and every minute of samples a rollup. */
export const sampled = objectSource({
  chartRange: sampledChartRange,
  async ruleRange(db, range, ids) {
    const minutes = async () => ({ resolution: "minutes" as const, range: await minutesThenSamples(db, range) });
    if (!(await hasPartition(db, "samples", range.fromMs))) return minutes();
    const intervalMs = await pollIntervalMs(db, ids, range);
    const rows = intervalMs === 0 ? 0 : (ids.length * (range.toMs - range.fromMs)) / intervalMs;
    return rows <= SAMPLE_ROWS_MAX ? { resolution: "samples", range: samplesOnly(range) } : minutes();
  },
});
