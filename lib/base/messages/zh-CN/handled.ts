import type { handled as english } from "@/lib/base/messages/en/handled";
import type { Same } from "@/lib/base/messages/same";

export const handled: Same<typeof english> = {
  handled: {
    all: "所有问题均已确认。",
    allMuted: "所有问题均已确认或被抑制。",
    since: "最早自 {clock} 起",
    firing:
      "{n, plural, =0 {没有告警在触发。} other {# 条告警在触发，{open, plural, =0 {均已确认或被抑制} other {其中 # 条未确认}}。}}",
    firingMany: "超过 {n, number} 条告警在触发。",
    acknowledged: "{n, number} 项已确认",
    muted: "{n, number} 项被抑制",
    moreAcknowledged: "另有 {n, number} 项已确认",
    moreMuted: "另有 {n, number} 项被抑制",
    both: "{a}，{b}",
    acknowledgedBy: "{by} 已确认",
    mutedBy: "已抑制：{by}",
    mutedOnly: "已抑制",
  },
};
