import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const jobsNotTaken = ruleTexts({
  en: {
    title: "Work waits and nobody takes it",
    summary: "Jobs are due, none is running, and none has been taken for five minutes or more.",
    why: "Workers may look idle and healthy while nothing is done at all.",
    cause: "No worker runs or listens to this queue, or it missed the wake-up that tells it of new work.",
    next: "See that a worker runs and listens to this queue. If it does, wake it: add a job, or restart it.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)}: ${en.waiting(alert)} and nobody has taken any for ${en.held(alert)} (inferred)`,
      cleared: (alert) => `${en.subject(alert)}: jobs are taken again, or none waits`,
    },
    line: "work waits, and nobody has taken any for {held} (inferred)",
    row: "{waiting} wait and nobody has taken any for {waited} (inferred)",
    inSystem: {
      kyoo: "Kyoo 5's scanner wakes only when told and never looks by itself; what is left waits for the next NOTIFY. Start a library scan, or restart the scanner.",
      bitmagnet: "Its worker looks every 30 s. See whether queue_server runs, and its log.",
      peertube: "See which runners are registered, and whether the job's type is enabled for remote runners.",
    },
    remedies: {
      bitmagnetNotTaken: "see whether Bitmagnet's queue_server worker runs, and its log",
      peertubeNotTaken: "no runner takes these: see which are registered, and whether their job types are enabled",
      kyooNotTaken:
        "Kyoo's scanner wakes only when told and never looks by itself: start a library scan, or restart the scanner",
      notTaken: "see whether a worker runs and listens to this queue",
    },
  },
  zhCN: {
    title: "有工作等待却无人领取",
    summary: "任务已到期，没有正在运行的，五分钟或更久没有任何任务被领取。",
    why: "worker 可能看起来空闲而健康，实际上什么也没做。",
    cause: "没有 worker 运行或监听此队列，或它错过了有新工作的通知。",
    next: "确认有 worker 在运行并监听此队列。若有，请唤醒它：新增一个任务，或重启它。",
    alert: {
      open: (alert) => `${zh.subject(alert)}：${zh.waiting(alert)}，已有 ${zh.held(alert)}无人领取（推断）`,
      cleared: (alert) => `${zh.subject(alert)}：任务又有人领取，或已没有任务在等待`,
    },
    line: "有工作在等待，已有 {held} 无人领取（推断）",
    row: "{waiting} 个在等待，已有 {waited} 无人领取（推断）",
    inSystem: {
      kyoo: "Kyoo 5 的扫描器只在收到通知时醒来，从不自行查看；剩下的会一直等到下一个 NOTIFY。请发起一次媒体库扫描，或重启扫描器。",
      bitmagnet: "它的 worker 每 30 秒查看一次。请确认 queue_server 在运行，并查看其日志。",
      peertube: "查看哪些 runner 已注册，以及该任务类型是否启用了远程 runner。",
    },
    remedies: {
      bitmagnetNotTaken: "请确认 Bitmagnet 的 queue_server worker 在运行，并查看其日志",
      peertubeNotTaken: "没有 runner 领取：查看哪些已注册，以及它们是否启用了这些任务类型",
      kyooNotTaken: "Kyoo 的扫描器只在收到通知时醒来，从不自行查看：发起一次媒体库扫描，或重启扫描器",
      notTaken: "请确认有 worker 在运行并监听此队列",
    },
  },
});
