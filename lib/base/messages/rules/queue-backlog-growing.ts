import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, number, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

/** How fast it grows; null where it does not, or is not known. */
const growth = (alert: SentenceInput): number | null => {
  const perMinute = measured(alert, "perMinute");
  return perMinute === null || perMinute <= 0 ? null : perMinute;
};

const rate = (perMinute: number): string => number(Math.max(0.1, Math.round(perMinute * 10) / 10));

export const queueBacklogGrowing = ruleTexts({
  en: {
    title: "Backlog grows and will not drain",
    summary:
      "A work queue has grown steadily for ten minutes, and at this rate its messages will wait for a quarter of an hour or longer.",
    why: "Consumers that cannot keep up do not catch up by themselves: messages wait ever longer, until a length limit, a memory alarm or a full disk stops them.",
    cause:
      "More is published than before, or the consumers have become slower or fewer: a slow database or service behind them, or a replica that is missing.",
    next: "See how many consumers the queue usually has; add consumers, or find what they wait for. The slope is measured since the last purge, restart or batch; a single batch raises no alert.",
    alert: {
      open: (alert) => {
        const ready = en.plural(measured(alert, "ready"), "message");
        const more = part(growth(alert), (n) => `, ${rate(n)} more each minute`);
        const wait = (alert.value ?? 0) >= 3 ? "2 h" : "15 min";
        const clients = part(named(alert, "clients"), (names) => `; consumed by ${names}`);
        return `${en.subject(alert)}: ${ready} waiting${more}; at this rate a message will wait for over ${wait} within the hour (inferred)${clients}`;
      },
      cleared: (alert) => `${en.subject(alert)} drains, or is empty`,
    },
    line: "has grown faster than it is consumed since {clock}",
  },
  zhCN: {
    title: "积压增长且不会消化",
    summary: "工作队列已持续增长十分钟，按此速度，消息将等待一刻钟或更久。",
    why: "跟不上的消费者不会自己追上：消息等得越来越久，直到触及长度限制、内存告警或磁盘占满。",
    cause: "发布量比以前大，或消费者变慢、变少：其后的数据库或服务变慢，或少了一个副本。",
    next: "查看该队列通常有多少消费者；增加消费者，或找出它们在等什么。判断依据是自上次清空、重启或批量写入以来的稳定斜率：单独一批不会触发。",
    alert: {
      open: (alert) => {
        const ready = zh.some(measured(alert, "ready"), "条消息");
        const more = part(growth(alert), (n) => `，每分钟增加 ${rate(n)} 条`);
        const wait = (alert.value ?? 0) >= 3 ? "2 小时" : "15 分钟";
        const clients = part(named(alert, "clients"), (names) => `；消费者：${names}`);
        return `${zh.subject(alert)} 有${ready}在等待${more}；按此速度，一小时内消息将等待超过 ${wait}（推断）${clients}`;
      },
      cleared: (alert) => `${zh.subject(alert)} 正在消化，或已为空`,
    },
    line: "自 {clock} 起增长快于消费",
  },
});
