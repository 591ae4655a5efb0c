import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const runnerDeaf = ruleTexts({
  en: {
    title: "Runner deaf",
    summary: "A runner holds nothing and has not asked for a job that has waited for five minutes.",
    why: "Transcoding waits although a runner is registered and free.",
    cause:
      "It missed the available-jobs event, or stopped asking after five failed requests. Runners do not poll while idle.",
    next: "Restart the runner. Runners from March 2024 on ask again when their socket reconnects: upgrade older ones.",
    alert: {
      open: (alert) => `${en.subject(alert)} holds nothing and has not asked for the work that waits (inferred)`,
      cleared: (alert) => `${en.subject(alert)} has asked for work again`,
    },
    line: "holds nothing, and has not asked for the work that waits (inferred)",
    remedies: {
      peertubeDeaf:
        "restart the runner: it missed that jobs are available; runners from March 2024 on ask again when their socket reconnects",
    },
  },
  zhCN: {
    title: "runner 失聪",
    summary: "runner 手中没有任务，却没有询问一个已等待五分钟的任务。",
    why: "虽有已注册且空闲的 runner，转码仍在等待。",
    cause: "它错过了 available-jobs 事件，或在五次请求失败后停止询问。runner 空闲时不会轮询。",
    next: "重启 runner。2024 年 3 月之后的 runner 会在 socket 重连时再次询问：请升级更旧的。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 没有持有任务，也没有领取正在等待的工作（推断）`,
      cleared: (alert) => `${zh.subject(alert)} 又开始领取工作`,
    },
    line: "没有持有任务，也没有领取正在等待的工作（推断）",
    remedies: {
      peertubeDeaf: "重启 runner：它错过了有新任务的通知；2024 年 3 月之后的 runner 会在 socket 重连时再次询问",
    },
  },
});
