import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const queueDeadLetters = ruleTexts({
  en: {
    title: "Dead letters arrive",
    summary: "Ten or more messages arrived in a dead-letter queue within ten minutes.",
    why: "Each is work that was given up: rejected, expired, beyond a length or a delivery limit. Nothing retries it.",
    cause:
      "A consumer rejects what it cannot process, after a release or with new data; or messages wait beyond their time-to-live.",
    next: "Read one of the messages (its x-death header names the queue and the reason), fix the consumer, then move the messages back, for example with a shovel.",
    alert: {
      open: (alert) => {
        const from = part(named(alert, "from"), (names) => ` from ${names}`);
        const clients = part(named(alert, "clients"), (names) => `, consumed by ${names}`);
        const ready = part(measured(alert, "ready"), (n) => `; ${en.plural(n, "message")} in it now`);
        return `${en.subject(alert)}: ${en.plural(alert.value, "message")} dead-lettered in 10 min${from}${clients}${ready}`;
      },
      cleared: (alert) => `${en.subject(alert)}: no message was dead-lettered for 10 min`,
    },
    line: "messages have been dead-lettered since {clock}",
  },
  zhCN: {
    title: "死信持续到达",
    summary: "十分钟内有十条以上的消息进入死信队列。",
    why: "每一条都是被放弃的工作：被拒绝、已过期、超出长度或投递次数上限。不会自动重试。",
    cause: "消费者拒绝了它处理不了的消息（发布新版本后，或数据有变）；也可能消息等待超过了存活时间。",
    next: "读取其中一条（x-death 头写明来自哪个队列及原因），修复消费者，再把消息移回，例如用 shovel。",
    alert: {
      open: (alert) => {
        const from = part(named(alert, "from"), (names) => `，来自 ${names}`);
        const clients = part(named(alert, "clients"), (names) => `（消费者：${names}）`);
        const ready = part(measured(alert, "ready"), (n) => `；其中现有 ${zh.count(n, "条消息")}`);
        return `${zh.subject(alert)}：10 分钟内${zh.some(alert.value, "条消息")}成为死信${from}${clients}${ready}`;
      },
      cleared: (alert) => `${zh.subject(alert)}：10 分钟内没有新的死信`,
    },
    line: "自 {clock} 起有消息成为死信",
  },
});
