import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const pipelineBroken = ruleTexts({
  en: {
    title: "RoadRunner pipeline broken",
    summary: "One failing pipeline has made /jobs answer 503 for half a minute.",
    why: "That pipeline does nothing, and none of the others can be seen while it fails.",
    cause: "Its queue or connection is gone; a queue that is not durable goes with the broker.",
    next: "RoadRunner's log names the pipeline. Declare its queue with durable: true, restart RoadRunner, and upgrade to 2025.1 or later.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)}: one failing pipeline has made /jobs answer 503 for ${en.held(alert)}${en.pipelines(alert)}`,
      cleared: (alert) => `${en.subject(alert)} names its pipelines again`,
    },
    line: "answers /jobs with an error for {held}: one of its pipelines fails",
    source: "one failing pipeline has made /jobs answer 503 since {clock}",
    remedies: {
      roadrunnerBroken:
        "RoadRunner's log names the pipeline, whose queue or connection is mostly gone: declare it with durable: true, restart RoadRunner, and upgrade to 2025.1 or newer",
    },
  },
  zhCN: {
    title: "RoadRunner 管道损坏",
    summary: "一个失败的管道使 /jobs 返回 503 已有半分钟。",
    why: "该管道什么也不做，而且在它失败期间看不到其他任何管道。",
    cause: "它的队列或连接已消失；非持久的队列会随 broker 消失。",
    next: "RoadRunner 的日志会写出管道名。用 durable: true 声明其队列，重启 RoadRunner，并升级到 2025.1 或更高。",
    alert: {
      open: (alert) =>
        `${zh.subject(alert)}：一个失败的管道使 /jobs 返回 503，已持续 ${zh.held(alert)}${zh.pipelines(alert)}`,
      cleared: (alert) => `${zh.subject(alert)} 又能列出它的管道`,
    },
    line: "/jobs 已 {held} 返回错误：有一个管道失败",
    source: "自 {clock} 起一条出错的管道使 /jobs 返回 503",
    remedies: {
      roadrunnerBroken:
        "RoadRunner 的日志会写明是哪条管道，通常是队列或连接没了：以 durable: true 声明，重启 RoadRunner，并升级到 2025.1 或更新版本",
    },
  },
});
