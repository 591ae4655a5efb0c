import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientUnackedPinned = ruleTexts({
  en: {
    title: "Unacknowledged messages pinned",
    summary: "A client holds as many messages as its prefetch allows and has acknowledged none for ten minutes.",
    why: "It takes nothing more, and after consumer_timeout (30 min by default) the broker closes its channel and gives the messages out again.",
    cause: "A handler hangs, or one message takes longer than anybody expected.",
    next: "Look at what its handler waits for. Long work: acknowledge earlier, or raise consumer_timeout on the broker.",
    alert: {
      open: (alert) => {
        const unacked = measured(alert, "unacked");
        const holds = part(unacked, (n) => `${en.plural(n, "message")}, all it may`, "all it may hold");
        return `${en.subject(alert)} holds ${holds}, and has acknowledged none for ${en.held(alert)}; look for a hung handler`;
      },
      cleared: (alert) => en.unlessDisconnected(alert, "no longer holds all it may"),
    },
    inSystem: {
      faststream:
        "A handler that publishes hangs with its message, so unacknowledged messages climb to the prefetch: see whether it publishes to an exchange.",
    },
  },
  zhCN: {
    title: "未确认的消息被占住",
    summary: "客户端持有的消息已达预取上限，且十分钟内没有确认任何一条。",
    why: "它不再接收新消息；consumer_timeout（默认 30 分钟）之后，broker 会关闭其通道并重新分发这些消息。",
    cause: "处理函数卡住，或某条消息的处理时间超出预期。",
    next: "查看处理函数在等什么。若确是长任务：更早确认，或调大 broker 的 consumer_timeout。",
    alert: {
      open: (alert) => {
        const holds = part(
          measured(alert, "unacked"),
          (n) => `持有 ${zh.count(n, "条消息")}，已达上限`,
          "持有的消息已达上限",
        );
        return `${zh.subject(alert)} ${holds}，且已有 ${zh.held(alert)}没有确认任何一条；请查看是否有卡住的处理函数`;
      },
      cleared: (alert) => zh.unlessDisconnected(alert, "持有的消息已不满上限"),
    },
    inSystem: {
      faststream: "发布消息的处理函数会带着它的消息卡住，未确认的消息因此升到预取上限：查看它是否向某个交换机发布。",
    },
  },
});
