import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { listOf } from "@/lib/views/list";

/** A dead man's switch: who is told that Lastbeat collects and delivers. */
export const HeartbeatView = z.object({
  id: z.string(),
  format: z.enum(["ping", "alertmanager"]),
  /** Host and port: the rest of the address is its secret. */
  host: z.string(),
  everySeconds: z.number(),
  /** `silent`: something does not work and nothing is sent; `unheard`: all is well and the receiver does not take it. */
  state: z.enum(["starting", "beating", "unheard", "silent"]),
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
  sinceMs: z.number().nullable(),
  toldMs: z.number().nullable(),
});
export type HeartbeatView = z.infer<typeof HeartbeatView>;
export const HeartbeatsView = listOf(HeartbeatView);
