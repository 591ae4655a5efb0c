import type { queueVerdict as english } from "@/lib/base/messages/en/queue-verdict";
import type { Same } from "@/lib/base/messages/same";

export const queueVerdict: Same<typeof english> = {
  queueVerdict: {
    down: "{n, plural, other {# 个队列不可用}}",
    since: "自 {time} 起",
    sinceUnknown: "起始时间未知",
  },
};
