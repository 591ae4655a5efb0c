import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { gib, inTime, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const nodeMemoryFilling = ruleTexts({
  en: {
    title: "Memory of a node fills",
    summary: "The memory of a node grows steadily and will reach its limit within half an hour.",
    why: "At the limit the broker raises its memory alarm and blocks every publisher of the cluster.",
    cause:
      "Queues grow because consumers are slower than publishers, or connections and channels are opened and not closed.",
    next: "See which queues grow and who consumes them, and which clients have more connections than usual. Raise the limit only if the machine has room.",
    alert: {
      open: (alert) => {
        const now = part(
          gib(alert, "memoryUsed"),
          (used) => ` (${used}${part(gib(alert, "memoryLimit"), (limit) => ` of ${limit}`)})`,
        );
        const when =
          inTime(alert, (seconds) => `in about ${en.duration(seconds)} at its steady rate (inferred)`) ?? "now";
        return `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} reaches its memory limit ${when}${now}`;
      },
      cleared: (alert) =>
        `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} no longer nears its memory limit`,
    },
  },
  zhCN: {
    title: "节点内存将满",
    summary: "节点内存持续增长，将在半小时内达到上限。",
    why: "达到上限时 broker 触发内存告警，阻塞整个集群的发布者。",
    cause: "消费慢于发布，队列变长；或连接与通道只开不关。",
    next: "查看哪些队列在增长、由谁消费，以及哪些客户端的连接多于平常。只有机器还有余量时才调高上限。",
    alert: {
      open: (alert) => {
        const now = part(
          gib(alert, "memoryUsed"),
          (used) => `（${used}${part(gib(alert, "memoryLimit"), (limit) => `，上限 ${limit}`)}）`,
        );
        const when = inTime(alert, (seconds) => `按稳定速度约 ${zh.duration(seconds)}后（推断）`) ?? "现在";
        return `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} ${when}将达到内存上限${now}`;
      },
      cleared: (alert) => `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} 不再接近内存上限`,
    },
  },
});
