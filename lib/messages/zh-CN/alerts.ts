import type { alerts as english } from "@/lib/messages/en/alerts";
import type { Same } from "@/lib/messages/same";

export const alerts: Same<typeof english> = {
  alerts: {
    title: "当前与最近的告警",
    pageTitle: "告警",
    none: "最近 24 小时没有告警。",
    noneEver: "目前没有告警。",
    alert: "告警",
    value: "数值",
    valueOf: "{value} · 阈值 {threshold}",
    since: "开始于",
    ended: "持续 {span}",
    inferred: "推断",
    noData: "无数据，保持",
    labels: "标签",
  },
  deliveries: {
    pageTitle: "投递",
    none: "还没有发送任何内容。告警触发和恢复时会发往 lastbeat.yaml 中的 webhook。",
    webhook: "Webhook",
    event: "事件",
    state: "状态",
    made: "产生于",
    attempts: "尝试",
    attempt: "{status}，用时 {ms, number} 毫秒",
    noAnswer: "无应答",
    next: "{span}后再试",
    nextNow: "即将再试",
    notTried: "尚未尝试",
  },
};
