import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientConsumersGone = ruleTexts({
  en: {
    title: "Consumers are gone",
    summary: "A client that usually consumes has had no consumer for five minutes; nothing waits for it yet.",
    why: "The next message will find nobody.",
    cause:
      "A reconnect that did not restore the consumer, a consumer cancelled by the broker, or a worker that paused itself.",
    next: "See on the client's page when the consumers went; restart the worker if nobody paused it on purpose.",
    alert: {
      open: (alert) => {
        const expected = measured(alert, "consumersExpected");
        const lost = part(expected, (n) => `none of its ${en.plural(n, "consumer")}`, "no consumer");
        return `${en.subject(alert)} is connected and has had ${lost} for ${en.held(alert)} (inferred); ${en.restartAdvice(alert)}`;
      },
      cleared: (alert) => en.unlessDisconnected(alert, "consumes again"),
    },
  },
  zhCN: {
    title: "消费者不见了",
    summary: "通常会消费的客户端已有五分钟没有消费者；目前还没有消息在等它。",
    why: "下一条消息将无人接收。",
    cause: "重连后没有恢复消费者、消费者被 broker 取消，或 worker 自己暂停。",
    next: "在客户端页面查看消费者何时消失；若非有意暂停，请重启 worker。",
    alert: {
      open: (alert) => {
        const lost = part(
          measured(alert, "consumersExpected"),
          (n) => `原有的 ${zh.count(n, "个消费者")}都不在`,
          "没有消费者",
        );
        return `${zh.subject(alert)} 已连接，但${lost}，已持续 ${zh.held(alert)}（推断）；${zh.restartAdvice(alert)}`;
      },
      cleared: (alert) => zh.unlessDisconnected(alert, "已重新开始消费"),
    },
  },
});
