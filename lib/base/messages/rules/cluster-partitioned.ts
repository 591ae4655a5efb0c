import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { named, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clusterPartitioned = ruleTexts({
  en: {
    title: "Cluster partitioned",
    summary: "The nodes of a cluster all run but were cut off from each other: each side went on by itself.",
    why: "Queues, bindings and users differ between the sides from then on, and messages may be lost or delivered twice.",
    cause:
      "The network between the nodes was cut, or a node was suspended (a virtual machine that was moved, a disk that hung) for longer than net_ticktime.",
    next: "Choose the side whose data you trust, restart the nodes of the other one, and see that the list of partitions is empty. Set cluster_partition_handling to pause_minority or autoheal.",
    alert: {
      open: (alert) =>
        `Broker ${en.subject(alert)} is partitioned${part(named(alert, "partitioned"), (nodes) => `: ${nodes}`)}`,
      cleared: (alert) => `Broker ${en.subject(alert)} is one cluster again`,
    },
  },
  zhCN: {
    title: "集群分区",
    summary: "集群的节点都在运行，却曾彼此隔离：各方自行继续。",
    why: "此后各方的队列、绑定与用户不再一致，消息可能丢失或重复投递。",
    cause: "节点间网络中断，或某个节点被挂起（虚拟机迁移、磁盘卡住）超过 net_ticktime。",
    next: "选定以哪一方的数据为准，重启另一方的节点，并确认分区列表为空。请将 cluster_partition_handling 设为 pause_minority 或 autoheal。",
    alert: {
      open: (alert) =>
        `broker ${zh.subject(alert)} 出现分区${part(named(alert, "partitioned"), (nodes) => `：${nodes}`)}`,
      cleared: (alert) => `broker ${zh.subject(alert)} 已恢复为一个集群`,
    },
  },
});
