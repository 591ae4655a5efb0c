import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientBlocked = ruleTexts({
  en: {
    title: "Publisher blocked",
    summary: "The broker has stopped reading from a client that publishes, because of an alarm.",
    why: "Its publishes wait, and so does whatever waits for them. The broker reads nothing of such a connection, acknowledgements neither.",
    cause: "A node is above its memory limit or below its free disk.",
    next: "End the alarm: free disk or memory, drain long queues. Afterwards publish and consume on two connections, so that an alarm stops only one of them.",
    alert: {
      open: (alert) => `${en.subject(alert)} has been blocked from publishing for ${en.held(alert)}${en.alarm(alert)}`,
      cleared: (alert) => en.unlessDisconnected(alert, "is no longer blocked"),
    },
  },
  zhCN: {
    title: "发布者被阻塞",
    summary: "由于告警，broker 已停止读取一个正在发布的客户端。",
    why: "它的发布在等待，等待这些发布的一切也在等待。broker 不读取该连接的任何数据，确认也不读。",
    cause: "某个节点的内存超过上限，或可用磁盘低于下限。",
    next: "解除告警：释放磁盘或内存，清空过长的队列。之后请用两条连接分别发布和消费，使告警只停住其中之一。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 被阻止发布，已持续 ${zh.held(alert)}${zh.alarm(alert)}`,
      cleared: (alert) => zh.unlessDisconnected(alert, "不再被阻塞"),
    },
  },
});
