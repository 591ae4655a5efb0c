import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

const hadConsumers = (alert: SentenceInput): boolean => measured(alert, "hadConsumers") === 1;

export const queueWithoutConsumer = ruleTexts({
  en: {
    title: "Queue without a consumer",
    summary: "Messages have waited in a work queue for five minutes, and no client consumes them.",
    why: "The messages are not processed, and the queue grows until a length limit, a memory alarm or a full disk stops it.",
    cause:
      "The application that consumes the queue was stopped, lost its connection, or came back without its consumer; or no application was ever started for it.",
    next: "Start or restart that application, and see on the page of clients which ones are absent or lost. For a queue that is meant to hold messages, switch this rule off with a rule of the same id that matches the queue.",
    alert: {
      open: (alert) => {
        const ready = part(
          measured(alert, "ready"),
          (n) => `${en.plural(n, "message")} wait${n === 1 ? "s" : ""}`,
          "messages wait",
        );
        const clients = part(named(alert, "clients"), (names) => `; consumed before by ${names}`);
        return `${en.subject(alert)}: ${ready}, and ${hadConsumers(alert) ? "its consumers are gone" : "it has no consumer"}${clients}`;
      },
      cleared: (alert) => `${en.subject(alert)} is consumed again, or is empty`,
    },
    line: "messages have waited without a consumer since {clock}",
    remedies: {
      queueConsumersGone: "restart the application that consumed it, and see which clients are absent or lost",
      queueNeverConsumed: "start the application that should consume it, or delete the queue if nothing needs it",
    },
  },
  zhCN: {
    title: "队列没有消费者",
    summary: "工作队列中的消息已等待五分钟，没有任何客户端消费。",
    why: "这些消息得不到处理，队列会一直增长，直到触及长度限制、内存告警或磁盘占满。",
    cause: "消费该队列的应用已停止、断开了连接，或回来时没有恢复消费者；也可能从未有应用为它启动。",
    next: "启动或重启该应用，并在客户端页面查看哪些客户端暂离或丢失。若队列本就用于存放消息，请用同一 id 且匹配该队列的规则将其关闭。",
    alert: {
      open: (alert) => {
        const ready = part(measured(alert, "ready"), (n) => zh.count(n, "条消息"), "消息");
        const clients = part(named(alert, "clients"), (names) => `；此前的消费者：${names}`);
        return `${zh.subject(alert)} 有 ${ready}在等待，${hadConsumers(alert) ? "其消费者已全部离开" : "没有消费者"}${clients}`;
      },
      cleared: (alert) => `${zh.subject(alert)} 已重新被消费，或已为空`,
    },
    line: "自 {clock} 起有消息等待而没有消费者",
    remedies: {
      queueConsumersGone: "请重启消费它的应用，并查看哪些客户端暂离或丢失",
      queueNeverConsumed: "请启动应当消费它的应用；若已不再需要，请删除该队列",
    },
  },
});
