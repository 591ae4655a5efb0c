import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import type { Language } from "@/lib/alerts/text/sentences/language";
import { brokers } from "@/lib/alerts/text/sentences/zh-CN/brokers";
import { clients } from "@/lib/alerts/text/sentences/zh-CN/clients";
import { duration, held, slope, subject } from "@/lib/alerts/text/sentences/zh-CN/words";
import { work } from "@/lib/alerts/text/sentences/zh-CN/work";
import { measured, number, reachesIn } from "@/lib/alerts/text/words";
import { SECOND } from "@/lib/base/time/duration";

export const chinese: Language = {
  rules: { ...clients, ...brokers, ...work },
  conditions: {
    rate: (told) => {
      const over = told.condition?.kind === "rate" ? `在 ${duration(told.condition.overMs / SECOND)}内` : "";
      return `${subject(told)}：${told.rule}，${signal(told)} ${over}${slope(told.value ?? 0)}${threshold(told)}`;
    },
    forecast: (told) => {
      const [now, perMinute] = [measured(told, "valueNow"), measured(told, "slopePerMinute")];
      const from = now === null || perMinute === null ? "" : `：当前 ${number(now)}，${slope(perMinute)}`;
      return `${subject(told)}：${told.rule}，${signal(told)} ${reaches(told)}${from}（推断）`;
    },
    absent: (told) => `${subject(told)}：${told.rule}，${signal(told)} 已有 ${held(told)}没有测得，尽管一直在查看`,
  },
  measuredAgain: (told) => `${subject(told)}：${signal(told)} 又能测得`,
  other: {
    open: (told) => `${subject(told)}：${told.rule}${seen(told)}${threshold(told)}`,
    cleared: (told) => `${subject(told)}：${told.rule} 已结束${seen(told)}`,
  },
  after: (sentence, lastedMs) => `${sentence}，历时 ${duration(lastedMs / SECOND)}`,
  gone: (told) => `${subject(told)} 已不存在；${told.rule} 持续了 ${lasted(told)}`,
  noRule: (told) => `${subject(told)}：不再有规则监测 ${told.rule}，它持续了 ${lasted(told)}`,
  together: (count, key, summary) => `同时有 ${count} 条告警（${key}），例如：${summary}`,
};

const signal = (told: SummaryInput): string => told.signal ?? "信号";

const lasted = ({ lastedMs }: SummaryInput): string => duration(lastedMs / SECOND);

const seen = ({ value }: SummaryInput): string => (value === null ? "" : `，当前为 ${number(value)}`);

const threshold = (told: SummaryInput): string =>
  Number.isNaN(told.threshold) ? "" : `，阈值 ${number(told.threshold)}`;

/** When the line gets there, as far as it does within the span that was asked for. */
function reaches(told: SummaryInput): string {
  const goal = number(told.threshold);
  const seconds = reachesIn(told);
  if (seconds !== null) return `约 ${duration(seconds)}后达到 ${goal}`;
  const within = told.condition?.kind === "forecast" ? `${duration(told.condition.withinMs / SECOND)}后` : "届时";
  return `${within}将为 ${number(told.value ?? 0)}，阈值 ${goal}`;
}
