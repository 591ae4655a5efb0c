import { z } from "zod";
import { listOf } from "@/lib/views/list";

export const RunnerView = z.object({
  id: z.string(),
  source: z.string(),
  kind: z.string(),
  name: z.string(),
  state: z.enum(["ok", "idle", "late", "silent", "deaf", "stuck", "bouncing", "unknown"]),
  because: z.string(),
  lastContactMs: z.number().nullable(),
  silenceSeconds: z.number().nullable(),
  limitSeconds: z.number().nullable(),
  jobsRunning: z.number(),
  holding: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      startedMs: z.number().nullable(),
      updatedMs: z.number().nullable(),
      progress: z.number().nullable(),
    }),
  ),
});
export type RunnerView = z.infer<typeof RunnerView>;
export const RunnersView = listOf(RunnerView);
