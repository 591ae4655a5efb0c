import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const brokerAlarm = ruleTexts({
  en: {
    title: "Memory or disk alarm",
    summary: "A node has raised its memory or disk alarm; the broker blocks publishers.",
    why: "Nobody can publish on any node of the cluster until it ends.",
    cause: "Queues have grown, consumers stand still, or something else fills the disk.",
    next: "See which queues are long and who should consume them; free the disk, or raise the limits only if the machine has room.",
    alert: {
      open: (alert) => `Broker ${en.subject(alert)} blocks publishers${en.alarm(alert)}`,
      cleared: (alert) => `Broker ${en.subject(alert)} lets publishers go on`,
    },
  },
  zhCN: {
    title: "内存或磁盘告警",
    summary: "某个节点触发了内存或磁盘告警；broker 阻塞发布者。",
    why: "在它解除之前，集群的任何节点都不能发布。",
    cause: "队列变长、消费者停滞，或其他东西占满了磁盘。",
    next: "查看哪些队列过长、该由谁消费；释放磁盘，只有机器还有余量时才调高上限。",
    alert: {
      open: (alert) => `broker ${zh.subject(alert)} 正在阻塞发布者${zh.alarm(alert)}`,
      cleared: (alert) => `broker ${zh.subject(alert)} 不再阻塞发布者`,
    },
  },
});
