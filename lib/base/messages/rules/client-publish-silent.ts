import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientPublishSilent = ruleTexts({
  en: {
    title: "Publisher silent, consumer alive",
    summary: "A client that published within the last hour publishes nothing any more, and is still given work.",
    why: "What it should pass on is missing further down, and its connection and health check look well.",
    cause:
      "A publish that waits for ever: a channel closed under it (FastStream before 0.5.0), a broker that was away, or a confirm that never came.",
    next: "Look for a publish without a timeout in its handlers, and give it one; upgrade FastStream to 0.5.0 or later, or use one broker object a process.",
    alert: {
      open: (alert) => {
        const usual = part(measured(alert, "gapSeconds"), (gap) => `, usually every ${en.duration(Math.max(1, gap))}`);
        const todo =
          alert.context.product === "aiormq"
            ? "FastStream before 0.5.0 stops so when another broker object closes"
            : "look at its publisher and set publish timeouts";
        return `${en.subject(alert)} has published nothing for ${en.held(alert)}${usual}, and is still given work (inferred); ${todo}`;
      },
      cleared: (alert) =>
        en.unlessDisconnected(
          alert,
          measured(alert, "publishedSeconds") === 0 ? "publishes again" : "is no longer given work",
        ),
    },
    inSystem: {
      faststream:
        "Before 0.5.0 all broker objects of a process share one declarer: once the newest is closed, publishes of the others that name an exchange wait for ever, while subscribers go on. The health check stays green. Upgrade, or use one broker object a process.",
    },
  },
  zhCN: {
    title: "发布者沉默，消费者仍在",
    summary: "最近一小时内发布过的客户端不再发布，却仍在接收工作。",
    why: "下游收不到它应转发的内容，而它的连接和健康检查都显得正常。",
    cause: "发布一直在等待：通道被关闭（0.5.0 之前的 FastStream）、broker 曾离线，或确认从未到来。",
    next: "在其处理函数中找出没有超时的发布并加上超时；把 FastStream 升级到 0.5.0 或更高，或每个进程只用一个 broker 对象。",
    alert: {
      open: (alert) => {
        const usual = part(measured(alert, "gapSeconds"), (gap) => `（平时每 ${zh.duration(Math.max(1, gap))}一次）`);
        const todo =
          alert.context.product === "aiormq"
            ? "FastStream 0.5.0 之前的版本，在另一个 broker 对象关闭时会这样停住"
            : "请查看它的发布代码，并设置发布超时";
        return `${zh.subject(alert)} 已有 ${zh.held(alert)}没有发布${usual}，却仍在收到任务（推断）；${todo}`;
      },
      cleared: (alert) =>
        zh.unlessDisconnected(alert, measured(alert, "publishedSeconds") === 0 ? "已重新发布" : "不再收到任务"),
    },
    inSystem: {
      faststream:
        "0.5.0 之前，同一进程的所有 broker 对象共用一个声明器：最新的一个关闭之后，其他对象发往指定交换机的发布会永远等待，而订阅者照常工作。健康检查仍为绿色。请升级，或每个进程只用一个 broker 对象。",
    },
  },
});
