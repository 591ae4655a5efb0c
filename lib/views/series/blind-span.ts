import { renderReason } from "@/lib/base/messages/render-reason";
import type { BlindSpan } from "@/lib/storage/rabbitmq/blindness";
import type { SeriesView } from "@/lib/views/series/schema";

/** A span that has not ended reaches to now. */
export const blindSpanView = (
  { broker, fromMs, toMs, reason }: BlindSpan,
  nowMs: number,
): SeriesView["blind"][number] => ({
  broker,
  fromMs,
  toMs: toMs ?? nowMs,
  because: renderReason(reason),
  reason,
});
