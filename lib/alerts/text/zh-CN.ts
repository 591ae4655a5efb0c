import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { reachesIn } from "@/lib/alerts/text/forecast";
import type { Language } from "@/lib/alerts/text/language";
import { isBrokerQueue, measured, number, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";
import { SECOND } from "@/lib/base/time/duration";

export const chinese: Language = {
  conditions: {
    rate: (alert) => {
      const over = alert.condition?.kind === "rate" ? `在 ${zh.duration(alert.condition.overMs / SECOND)}内` : "";
      return `${zh.subject(alert)}：${alert.rule}，${signal(alert)} ${over}${zh.slope(alert.value ?? 0)}${threshold(alert)}`;
    },
    forecast: (alert) => {
      const [now, perMinute] = [measured(alert, "valueNow"), measured(alert, "slopePerMinute")];
      const from = now === null || perMinute === null ? "" : `：当前 ${number(now)}，${zh.slope(perMinute)}`;
      return `${zh.subject(alert)}：${alert.rule}，${signal(alert)} ${reaches(alert)}${from}（推断）`;
    },
    absent: (alert) =>
      `${zh.subject(alert)}：${alert.rule}，${signal(alert)} 已有 ${zh.held(alert)}没有测得，尽管一直在查看`,
  },
  measuredAgain: (alert) => `${zh.subject(alert)}：${signal(alert)} 又能测得`,
  other: {
    open: (alert) => `${zh.subject(alert)}：${alert.rule}${valueText(alert)}${threshold(alert)}`,
    cleared: (alert) => `${zh.subject(alert)}：${alert.rule} 已结束${valueText(alert)}`,
  },
  remedy: (sentence, remedy) => `${sentence}；${remedy}`,
  after: (sentence, lastedMs) => `${sentence}，历时 ${zh.duration(lastedMs / SECOND)}`,
  ended: (alert) => {
    const isQueue = isBrokerQueue(alert) && alert.condition?.kind !== "absent";
    const ready = isQueue ? measured(alert, "ready") : null;
    const messages = ready === null || ready === 0 ? "" : `（其中有 ${number(ready)} 条消息）`;
    return `${zh.subject(alert)} ${isQueue ? "已被删除" : "已不存在"}${messages}；${alert.rule} 持续了 ${lasted(alert)}`;
  },
  noRule: (alert) =>
    `${zh.subject(alert)}：不再监测 ${alert.rule}（已持续 ${lasted(alert)}），因为该对象或规则已不在配置中`,
  together: (count, key, summary) => `同时有 ${count} 条告警（${key}），例如：${summary}`,
  more: (others, summary) => `${summary}（同一原因另有 ${others} 条告警）`,
  flapping: (isFiring, summary) => `${summary}；它反复触发和恢复，当前${isFiring ? "正在触发" : "已恢复"}`,
};

const signal = (alert: SummaryInput): string => alert.signal ?? "信号";

const lasted = ({ lastedMs }: SummaryInput): string => zh.duration(lastedMs / SECOND);

const valueText = ({ value }: SentenceInput): string => (value === null ? "" : `，当前为 ${number(value)}`);

const threshold = (alert: SentenceInput): string =>
  Number.isNaN(alert.threshold) ? "" : `，阈值 ${number(alert.threshold)}`;

/** When the line gets there, as far as it does within the span that was asked for. */
function reaches(alert: SummaryInput): string {
  const goal = number(alert.threshold);
  const seconds = reachesIn(alert);
  if (seconds !== null) return `约 ${zh.duration(seconds)}后达到 ${goal}`;
  const within = alert.condition?.kind === "forecast" ? `${zh.duration(alert.condition.withinMs / SECOND)}后` : "届时";
  return `${within}将为 ${number(alert.value ?? 0)}，阈值 ${goal}`;
}
