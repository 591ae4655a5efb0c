import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { named, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const nodeDown = ruleTexts({
  en: {
    title: "Node of a cluster down",
    summary: "The other nodes of the cluster do not reach one that belongs to it.",
    why: "Its clients reconnect elsewhere, classic queues that lived on it are away, and quorum queues have one vote fewer.",
    cause: "It was stopped for an upgrade, ran out of memory or disk, or the network between the nodes is cut.",
    next: "See its page for who went with it and who is back; read the node's own log. While it is down it mutes clients-not-back; clients that are still away when it is back are reported then.",
    alert: {
      open: (alert) => {
        const which = part(named(alert, "nodes"), (nodes) => `: ${nodes}`);
        return `${en.plural(alert.value ?? 1, "node")} of broker ${en.subject(alert)} ${alert.value === 1 ? "is" : "are"} down${which}`;
      },
      cleared: (alert) =>
        alert.context.phase === "departed"
          ? `The node of broker ${en.subject(alert)} that was down is no longer a member of its cluster`
          : `Every node of broker ${en.subject(alert)} runs again`,
    },
  },
  zhCN: {
    title: "集群节点宕机",
    summary: "集群的其他节点联系不到其中一个节点。",
    why: "它的客户端重连到别处，位于其上的经典队列不可用，仲裁队列少一票。",
    cause: "节点因升级而停止，内存或磁盘耗尽，或节点间网络中断。",
    next: "在 broker 页查看谁随它离开、谁已回来；阅读该节点自己的日志。在它宕机期间，clients-not-back 会被抑制：它恢复后仍未回来的客户端那时再通知。",
    alert: {
      open: (alert) => {
        const which = part(named(alert, "nodes"), (nodes) => `：${nodes}`);
        return `broker ${zh.subject(alert)} 有 ${zh.count(alert.value ?? 1, "个节点")}宕机${which}`;
      },
      cleared: (alert) =>
        alert.context.phase === "departed"
          ? `broker ${zh.subject(alert)} 中宕机的节点已不再是集群成员`
          : `broker ${zh.subject(alert)} 的所有节点都已恢复运行`,
    },
  },
});
