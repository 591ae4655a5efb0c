import type { incidents as english } from "@/lib/base/messages/en/incidents";
import type { Same } from "@/lib/base/messages/same";

export const incidents: Same<typeof english> = {
  incidents: {
    title: "未恢复的事件",
    more: "还有更多；可通过 API 查看全部。",
    others:
      "同一原因还有 {n, plural, other {# 条告警}}；{firing, plural, =0 {当前均未触发} other {当前共 # 条正在触发}}",
    nextStep: "下一步：{text}",
    acknowledgeAll: "全部确认",
    acknowledgeTitle: "确认此事件及之后并入的所有告警",
    silenceAll: "全部静默",
  },
};
