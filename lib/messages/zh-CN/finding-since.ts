import type { findingSince as english } from "@/lib/messages/en/finding-since";
import type { Same } from "@/lib/messages/same";

export const findingSince: Same<typeof english> = {
  findingSince: {
    at: "自 {time} 起",
    unknown: "起始时间未知",
  },
};
