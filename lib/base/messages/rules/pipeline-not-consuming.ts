import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const pipelineNotConsuming = ruleTexts({
  en: {
    title: "Pipeline connected, not consuming",
    summary: "A pipeline's client is connected to the broker and has had no consumer for a minute.",
    why: "Messages pile up in its queue while RoadRunner's health stays green.",
    cause: "A redial that came back without its consumer, a queue lost with the broker, or a pipeline somebody paused.",
    next: "Restart RoadRunner unless it was paused on purpose; upgrade to 2025.1 or later and make the queue durable.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} is connected${en.asClient(alert)} and has consumed nothing for ${en.held(alert)} (inferred)`,
      cleared: (alert) => `${en.subject(alert)} consumes again`,
    },
    line: "connected but has consumed nothing for {held} (inferred)",
    row: "connected, and has consumed nothing for {unconsumed} (inferred)",
    remedies: {
      roadrunnerNotConsuming:
        "restart RoadRunner, unless somebody paused the pipeline; make its queue durable and upgrade to 2025.1 or newer, for before that a redial may come back without its consumer",
    },
  },
  zhCN: {
    title: "管道已连接但不消费",
    summary: "管道的客户端已连接 broker，但一分钟没有消费者。",
    why: "消息在队列中堆积，而 RoadRunner 的健康检查仍为绿色。",
    cause: "重连后没有恢复消费者、队列随 broker 消失，或有人暂停了管道。",
    next: "若非有意暂停，请重启 RoadRunner；升级到 2025.1 或更高，并使队列持久。",
    alert: {
      open: (alert) =>
        `${zh.subject(alert)} 已连接${zh.asClient(alert)}，但已有 ${zh.held(alert)}没有消费任何消息（推断）`,
      cleared: (alert) => `${zh.subject(alert)} 已重新开始消费`,
    },
    line: "已连接，但已 {held} 没有消费任何消息（推断）",
    row: "已连接，但已有 {unconsumed} 没有消费（推断）",
    remedies: {
      roadrunnerNotConsuming:
        "重启 RoadRunner（除非有人暂停了该管道）；把队列设为 durable，并升级到 2025.1 或更新版本：此前的重连可能不带消费者回来",
    },
  },
});
