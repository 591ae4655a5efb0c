import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { listOf } from "@/lib/views/list";

/** A watchdog: a service that Lastbeat pings while it collects and delivers. */
export const HeartbeatView = z.object({
  id: z.string(),
  format: z.enum(["ping", "alertmanager"]),
  /** Host and port: the rest of the URL is secret. */
  host: z.string(),
  everySeconds: z.number(),
  /** `silent`: Lastbeat does not work, so no ping is sent. `unheard`: it works, but the watchdog refuses the ping. */
  state: z.enum(["starting", "beating", "unheard", "silent"]),
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
  sinceMs: z.number().nullable(),
  toldMs: z.number().nullable(),
});
export type HeartbeatView = z.infer<typeof HeartbeatView>;
export const HeartbeatsView = listOf(HeartbeatView);
