import { z } from "zod";
import { listOf } from "@/lib/views/list";

const Count = z.number().nullable();

export const SourceState = z.enum(["ok", "unreachable", "unauthorized", "timeout", "incompatible", "starting"]);

export const JobsRow = z.object({
  source: z.string(),
  kind: z.string(),
  queue: z.string(),
  counts: z.object({ queued: Count, running: Count, retry: Count, failed: Count, done: Count }),
  countsAre: z.enum(["exact", "estimated"]),
  retry: z.object({ due: Count, later: Count }),
  oldestDueSeconds: Count,
  throughputPerMinute: Count,
  errors: z.array(z.object({ group: z.string(), count: z.number(), lastSeenMs: z.number().nullable() })),
  stuck: Count,
  conflicts: Count,
  state: SourceState,
  because: z.string().nullable(),
  lastPollMs: z.number().nullable(),
});
export type JobsRow = z.infer<typeof JobsRow>;
export const JobsView = listOf(JobsRow);
