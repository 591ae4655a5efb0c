import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientNotConsuming = ruleTexts({
  en: {
    title: "Connected, not consuming",
    summary: "A client that usually consumes has had no consumer for a minute while messages wait for it.",
    why: "Its connection looks healthy everywhere, and nobody takes the work.",
    cause:
      "It reconnected without its consumer: RoadRunner before 2025.1, aio-pika before 9.4.1, or its queue went with the broker because it was not durable.",
    next: "Restart the worker now; upgrade the library, and declare the queue durable (an existing queue has to be deleted first; RabbitMQ 4.3 refuses those that are neither durable nor exclusive).",
    alert: {
      open: (alert) => {
        const queues = part(named(alert, "queues"), (names) => ` in ${names}`);
        const waits = part(
          measured(alert, "ready"),
          (ready) => ` while ${en.plural(ready, "message")} wait${ready === 1 ? "s" : ""}${queues}`,
        );
        return `${en.subject(alert)} is connected and has consumed nothing for ${en.held(alert)}${waits} (inferred); ${en.restartAdvice(alert)}`;
      },
      cleared: (alert) => {
        if (measured(alert, "consumers") === 0)
          return en.unlessDisconnected(alert, "still consumes nothing, but nothing waits for it");
        return en.unlessDisconnected(alert, "consumes again");
      },
    },
    inSystem: {
      roadrunner:
        "After a redial RoadRunner may publish and not consume: the connection then has 2 channels instead of 3. Restart it, and upgrade to 2025.1 or later; 2023.3.10 changed nothing here.",
    },
  },
  zhCN: {
    title: "已连接但不消费",
    summary: "通常会消费的客户端已有一分钟没有消费者，而消息在等它。",
    why: "它的连接处处显得健康，却没有人取走工作。",
    cause: "它重连后没有恢复消费者：2025.1 之前的 RoadRunner、9.4.1 之前的 aio-pika，或非持久的队列随 broker 消失。",
    next: "立即重启 worker；升级库，并把队列声明为持久（已有的队列须先删除；RabbitMQ 4.3 拒绝既不持久也不独占的队列）。",
    alert: {
      open: (alert) => {
        const queues = part(named(alert, "queues"), (names) => ` ${names} 中`);
        const waits = part(measured(alert, "ready"), (ready) => `，而${queues}有 ${zh.count(ready, "条消息")}在等待`);
        return `${zh.subject(alert)} 已连接，但已有 ${zh.held(alert)}没有消费任何消息${waits}（推断）；${zh.restartAdvice(alert)}`;
      },
      cleared: (alert) =>
        zh.unlessDisconnected(
          alert,
          measured(alert, "consumers") === 0 ? "仍没有消费，但已没有消息在等待" : "已重新开始消费",
        ),
    },
    inSystem: {
      roadrunner:
        "重连之后 RoadRunner 可能只发布而不消费：此时连接有 2 个通道而不是 3 个。请重启，并升级到 2025.1 或更高；2023.3.10 在这方面没有任何改变。",
    },
  },
});
