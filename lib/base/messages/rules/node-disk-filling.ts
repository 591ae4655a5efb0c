import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { gib, inTime, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const nodeDiskFilling = ruleTexts({
  en: {
    title: "Disk of a node fills",
    summary: "The free disk of a node falls steadily and will reach its limit within four hours.",
    why: "At the limit the broker raises its disk alarm and blocks every publisher of the cluster; a full disk can damage its data.",
    cause:
      "Persistent messages that are not consumed, streams without retention, or something else on the same disk, such as logs.",
    next: "See what grows on that disk: queues, streams, or files of other programs. Make room, or stop what fills it.",
    alert: {
      open: (alert) => {
        const now = part(
          gib(alert, "diskFree"),
          (free) => ` (${free} free${part(gib(alert, "diskLimit"), (limit) => `, limit ${limit}`)})`,
        );
        const when =
          inTime(alert, (seconds) => `in about ${en.duration(seconds)} at its steady rate (inferred)`) ?? "now";
        return `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} reaches its free disk limit ${when}${now}`;
      },
      cleared: (alert) =>
        `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} no longer nears its free disk limit`,
    },
  },
  zhCN: {
    title: "节点磁盘将满",
    summary: "节点剩余磁盘持续下降，将在四小时内降到下限。",
    why: "降到下限时 broker 触发磁盘告警，阻塞整个集群的发布者；磁盘写满可能损坏数据。",
    cause: "持久消息没有被消费、流没有保留期限，或同一磁盘上的其他内容（如日志）在增长。",
    next: "查看该磁盘上什么在增长：队列、流，还是其他程序的文件。腾出空间，或停止写入者。",
    alert: {
      open: (alert) => {
        const now = part(
          gib(alert, "diskFree"),
          (free) => `（剩余 ${free}${part(gib(alert, "diskLimit"), (limit) => `，下限 ${limit}`)}）`,
        );
        const when = inTime(alert, (seconds) => `按稳定速度约 ${zh.duration(seconds)}后（推断）`) ?? "现在";
        return `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} ${when}将降到磁盘下限${now}`;
      },
      cleared: (alert) => `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} 不再接近磁盘下限`,
    },
  },
});
