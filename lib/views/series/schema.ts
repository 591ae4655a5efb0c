import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";

/** One bucket: [start in epoch ms, min, max, avg]; null where nothing was measured in it. */
export const SeriesPoint = z.tuple([z.number(), z.number().nullable(), z.number().nullable(), z.number().nullable()]);
export type SeriesPoint = z.infer<typeof SeriesPoint>;

/** A span in which Lastbeat could not measure a broker, and why. */
export const BlindSpanView = z.object({
  broker: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  because: z.string(),
  reason: ReasonSchema,
});

export const SeriesView = z.object({
  signal: z.string(),
  unit: z.enum(["count", "seconds", "per-minute", "state", "milliseconds"]),
  stepMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  asOfMs: z.number(),
  /** At most five, largest first, then one with labels { other: "n" } that sums the rest. */
  series: z.array(z.object({ labels: z.record(z.string(), z.string()), points: z.array(SeriesPoint) })),
  /** Spans in which Lastbeat could not see the broker: drawn hatched, never as zero. */
  blind: z.array(BlindSpanView),
});
export type SeriesView = z.infer<typeof SeriesView>;

export const SignalsView = z.object({
  asOfMs: z.number(),
  items: z.array(z.object({ name: z.string(), unit: z.string(), kind: z.string(), labels: z.array(z.string()) })),
  next: z.string().nullable(),
});

/** The time ranges of pages, panels and the API. */
export const Range = z.enum(["15m", "1h", "3h", "6h", "24h"]);
export type Range = z.infer<typeof Range>;
export const RANGE_DEFAULT: Range = "1h";
/** The length of each range in minutes. */
export const RANGES: Readonly<Record<Range, number>> = { "15m": 15, "1h": 60, "3h": 180, "6h": 360, "24h": 1440 };

/** The range of a URL parameter; the default where it is absent or unknown. */
export const parseRange = (input: unknown): Range => Range.safeParse(input).data ?? RANGE_DEFAULT;
