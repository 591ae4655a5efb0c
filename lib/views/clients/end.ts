import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { End } from "@/lib/rabbitmq/sessions/session";

/** Why a session ended, with what the broker said of it in English and as data. */
export const endView = ({ reason, inferred, detail }: End) => ({
  reason,
  inferred,
  detail: renderReasonOrNull(detail),
  detailReason: detail,
});
