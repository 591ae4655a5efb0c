import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { number } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const channelChurnHigh = ruleTexts({
  en: {
    title: "High channel churn",
    summary: "A broker opens a hundred channels a second or more, for ten minutes.",
    why: "Each is an Erlang process with statistics, and a round trip for the client: more work than the message it carries.",
    cause: "A program opens a channel for each message and closes it.",
    next: "See which clients publish most; let each thread use one channel for as long as its connection lasts.",
    alert: {
      open: (alert) =>
        `Broker ${en.subject(alert)}: ${number(Math.round(alert.value ?? 0))} channels opened each minute`,
      cleared: (alert) => `Broker ${en.subject(alert)} opens few channels again`,
    },
  },
  zhCN: {
    title: "通道频繁新建",
    summary: "broker 每秒新开一百个以上的通道，持续十分钟。",
    why: "每个通道都是一个带统计的 Erlang 进程，客户端还要一次往返：比它承载的消息还费事。",
    cause: "程序为每条消息新开一个通道再关闭。",
    next: "查看哪些客户端发布最多；让每个线程在连接期间一直使用同一个通道。",
    alert: {
      open: (alert) => `broker ${zh.subject(alert)}：每分钟新开 ${number(Math.round(alert.value ?? 0))} 个通道`,
      cleared: (alert) => `broker ${zh.subject(alert)} 新开通道已减少`,
    },
  },
});
