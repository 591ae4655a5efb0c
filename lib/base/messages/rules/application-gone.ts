import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const applicationGone = ruleTexts({
  en: {
    title: "Application gone",
    summary: "An application that answered before has not been reachable for half a minute.",
    why: "Nothing consumes its queues, unless other processes of it do.",
    cause:
      "The process ended (RoadRunner exits when it gives up reconnecting), its machine is down, or the network is.",
    next: "See whether the process runs and start it again; its last log lines say why it ended. Let a supervisor restart it.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} is gone (inferred): it has not been reachable for ${en.held(alert)}${en.because(alert)}`,
      cleared: (alert) => `${en.subject(alert)} answers again`,
    },
    line: "is gone (inferred): it has not been reachable for {held}",
    source: "gone since {clock} (inferred)",
    inSystem: {
      roadrunner:
        "From 2024.2 on RoadRunner exits when a pipeline can neither redial within redial_timeout nor be built anew: set redial_timeout: 300, and let a supervisor start it again.",
    },
    remedies: {
      roadrunnerGone:
        "start RoadRunner again: from 2024.2 on it exits when a pipeline can neither redial nor be built anew; set redial_timeout: 300 and let a supervisor restart it",
      faststreamGone: "see whether the application runs, and start it again; its last log lines say why it ended",
    },
  },
  zhCN: {
    title: "应用已退出",
    summary: "曾经应答的应用已有半分钟无法访问。",
    why: "除非它还有其他进程，否则没有程序在消费它的队列。",
    cause: "进程已结束（RoadRunner 放弃重连时会退出），其主机宕机，或网络中断。",
    next: "确认进程是否在运行并重新启动；最后几行日志会写明结束的原因。请用进程管理器自动重启它。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 已退出（推断）：已有 ${zh.held(alert)}无法访问${zh.because(alert)}`,
      cleared: (alert) => `${zh.subject(alert)} 已恢复应答`,
    },
    line: "已退出（推断）：已有 {held} 无法访问",
    source: "自 {clock} 起已退出（推断）",
    inSystem: {
      roadrunner:
        "自 2024.2 起，若管道在 redial_timeout 内无法重连也无法重建，RoadRunner 会退出：请设置 redial_timeout: 300，并用进程管理器自动重启。",
    },
    remedies: {
      roadrunnerGone:
        "重新启动 RoadRunner：自 2024.2 起，管道既无法重连也无法重建时它会退出；请设置 redial_timeout: 300，并用进程管理器自动重启",
      faststreamGone: "确认应用是否在运行并重新启动；最后几行日志会写明结束的原因",
    },
  },
});
