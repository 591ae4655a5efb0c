import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const runnerBouncing = ruleTexts({
  en: {
    title: "Job bounces",
    summary: "The same job was given out three times within an hour, and no failure was counted.",
    why: "Hours of transcoding are thrown away; an abort does not raise the number of failures, so nothing ever stops it.",
    cause: "Progress reaches PeerTube later than remote_runners.stalled_jobs allows, or the runner dies in the middle.",
    next: "Raise remote_runners.stalled_jobs if the line is slow; else look at the runner's log for what ends it.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} was given the same job three times within an hour, and no failure was reported (inferred)`,
      cleared: (alert) => `${en.subject(alert)} keeps the jobs it is given`,
    },
    line: "is given the same job again and again, and reports no failure (inferred)",
    remedies: {
      peertubeBouncing:
        "PeerTube takes the job back and gives it out again: raise remote_runners.stalled_jobs if the line is slow, else look at the runner's log",
    },
  },
  zhCN: {
    title: "任务反复来回",
    summary: "同一任务一小时内被分发三次，且没有计入失败。",
    why: "数小时的转码被丢弃；中止不会增加失败次数，因此它永远不会停止。",
    cause: "进度到达 PeerTube 的时间超过 remote_runners.stalled_jobs，或 runner 中途崩溃。",
    next: "线路慢就调大 remote_runners.stalled_jobs；否则查看 runner 日志，找出它为何结束。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 在一小时内三次被分配同一个任务，且未上报失败（推断）`,
      cleared: (alert) => `${zh.subject(alert)} 又能守住分配给它的任务`,
    },
    line: "反复被分配同一个任务，且未上报失败（推断）",
    remedies: {
      peertubeBouncing:
        "PeerTube 反复收回并重新分发该任务：线路慢就调大 remote_runners.stalled_jobs，否则查看 runner 日志",
    },
  },
});
