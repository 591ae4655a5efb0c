import type { Reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";

/** A reason as the API carries it: `because` in English, and `reason` as data, which a page renders in its language. */
export const withBecause = (reason: Reason | null) => ({ because: renderReasonOrNull(reason), reason });
