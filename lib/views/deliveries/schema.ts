import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { listOf } from "@/lib/views/list";

export const DeliveryView = z.object({
  id: z.string(),
  webhook: z.string(),
  alert: z.string().nullable(),
  event: z.string(),
  /** The summary of the alert, so that the list needs no second query. */
  summary: z.string(),
  state: z.enum(["queued", "delivered", "failed", "dead"]),
  createdMs: z.number(),
  attempts: z.array(
    z.object({
      atMs: z.number(),
      status: z.number().nullable(),
      durationMs: z.number(),
      /** In English; `reason` is the same as data. */
      error: z.string().nullable(),
      reason: ReasonSchema.nullable(),
      /** The `webhook-id` of the batch that contained it; null where it was sent alone. */
      message: z.string().nullable(),
    }),
  ),
  nextAttemptMs: z.number().nullable(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;
/** `dead` counts all dead deliveries, up to ten thousand, not only those of the page. */
export const DeliveriesView = listOf(DeliveryView).extend({ dead: z.number() });

/** How many dead deliveries were queued again, and how many are left. */
export const ReplayResult = z.object({ replayed: z.number(), left: z.number() });
export type ReplayResult = z.infer<typeof ReplayResult>;
