import { z } from "zod";
import { listOf } from "@/lib/views/list";

export const DeliveryView = z.object({
  id: z.string(),
  webhook: z.string(),
  alert: z.string().nullable(),
  event: z.string(),
  /** The alert's sentence, so that the list can be read without a second look-up. */
  summary: z.string(),
  state: z.enum(["queued", "delivered", "failed", "dead"]),
  createdMs: z.number(),
  attempts: z.array(
    z.object({
      atMs: z.number(),
      status: z.number().nullable(),
      durationMs: z.number(),
      error: z.string().nullable(),
      /** The `webhook-id` of the batch it went with; null where it went alone. */
      message: z.string().nullable(),
    }),
  ),
  nextAttemptMs: z.number().nullable(),
});
export type DeliveryView = z.infer<typeof DeliveryView>;
/** `dead` counts them all, up to ten thousand, not those of the page. */
export const DeliveriesView = listOf(DeliveryView).extend({ dead: z.number() });
