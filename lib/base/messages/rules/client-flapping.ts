import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

/** The value counts one reconnect of each of several replicas as one; the sentence counts them all. */
const timesOf = (alert: SentenceInput): number | null => measured(alert, "reconnects") ?? alert.value;

export const clientFlapping = ruleTexts({
  en: {
    title: "Client reconnects again and again",
    summary: "The same client has reconnected several times within 10 minutes.",
    why: "Each reconnect gives its unacknowledged messages out again: work goes round instead of forward, and the broker pays for every new connection.",
    cause:
      "Missed heartbeats, a proxy that cuts idle connections, or a worker that dies at its start. Everybody at once is the broker or the network.",
    next: "Read on the client's page why its last sessions ended, then the broker's log of that minute; give the client a pause between attempts that grows.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} reconnected ${en.plural(timesOf(alert), "time")} in the last 10 min${en.lastEnd(alert)}`,
      cleared: (alert) => `${en.subject(alert)} has stayed connected for 10 min`,
    },
  },
  zhCN: {
    title: "客户端反复重连",
    summary: "同一客户端在 10 分钟内多次重连。",
    why: "每次重连都会把它未确认的消息再次分发：工作原地打转，broker 还要为每条新连接付出代价。",
    cause:
      "心跳丢失、切断空闲连接的代理服务器，或一启动就崩溃的 worker。若所有客户端同时如此，则是 broker 或网络的问题。",
    next: "在客户端页面查看最近会话的结束原因，再看 broker 在那一分钟的日志；让客户端的重试间隔逐次变长。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 最近 10 分钟内重连${zh.some(timesOf(alert), "次")}${zh.lastEnd(alert)}`,
      cleared: (alert) => `${zh.subject(alert)} 已保持连接 10 分钟`,
    },
  },
});
