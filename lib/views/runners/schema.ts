import { z } from "zod";
import { TroubleView } from "@/lib/views/jobs/schema";
import { listOf } from "@/lib/views/list";

export const RunnerView = z.object({
  id: z.string(),
  source: z.string(),
  kind: z.string(),
  name: z.string(),
  state: z.enum(["ok", "idle", "late", "silent", "deaf", "stuck", "bouncing", "missing", "unknown"]),
  because: z.enum([
    "working",
    "nothing-to-do",
    "update-overdue",
    "no-contact-with-work",
    "job-reclaimed",
    "beat-stopped-idle",
    "work-waits-unasked",
    "job-not-updated",
    "progress-unchanged",
    "completing-too-long",
    "given-out-again",
    "never-in-contact",
    "gone-with-work",
    "gone-idle",
    "before-restart",
  ]),
  lastContactMs: z.number().nullable(),
  silenceSeconds: z.number().nullable(),
  limitSeconds: z.number().nullable(),
  jobsRunning: z.number(),
  /** Its current jobs; for a missing runner its last ones. At most ten. */
  holding: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      startedMs: z.number().nullable(),
      updatedMs: z.number().nullable(),
      progress: z.number().nullable(),
    }),
  ),
  missingSinceMs: z.number().nullable(),
  troubles: z.array(TroubleView),
});
export type RunnerView = z.infer<typeof RunnerView>;

/** The runners of a source and the expected number; null where none is configured. */
const StrengthView = z.object({
  source: z.string(),
  present: z.number(),
  missing: z.number(),
  expected: z.number().nullable(),
});
export type StrengthView = z.infer<typeof StrengthView>;

export const RunnersView = listOf(RunnerView).extend({
  total: z.number(),
  sources: z.array(StrengthView),
});
export type RunnersView = z.infer<typeof RunnersView>;
