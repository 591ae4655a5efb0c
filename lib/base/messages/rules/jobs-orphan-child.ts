import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const jobsOrphanChild = ruleTexts({
  en: {
    title: "Orphan child",
    summary: "A job has waited for five minutes for a parent that has ended.",
    why: "Nothing starts it any more, and the video it belongs to is never finished.",
    cause: "PeerTube ended the parent without releasing its children: a crash, or a restart at that moment.",
    next: "Look at PeerTube's log of the time the parent ended; cancel the child and start the transcoding of that video again.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)}: ${en.plural(alert.value, "job")} wait${alert.value === 1 ? "s" : ""} for a parent that has ended and will not release ${alert.value === 1 ? "it" : "them"}`,
      cleared: (alert) => `${en.subject(alert)}: no job waits for a parent that has ended`,
    },
    line: "{n, plural, one {# job waits} other {# jobs wait}} for a parent that has ended",
    row: "{orphans} wait for a parent that has ended",
    remedies: {
      peertubeOrphanChild:
        "delete these jobs in PeerTube and run the transcoding of their video again: nothing will ever release them",
    },
  },
  zhCN: {
    title: "孤立的子任务",
    summary: "任务已有五分钟在等待一个已经结束的父任务。",
    why: "不会再有任何东西启动它，它所属的视频永远不会完成。",
    cause: "PeerTube 结束了父任务而没有释放其子任务：崩溃，或恰在此时重启。",
    next: "查看父任务结束时的 PeerTube 日志；取消子任务，并重新发起该视频的转码。",
    alert: {
      open: (alert) =>
        `${zh.subject(alert)}：${zh.count(alert.value ?? 0, "个任务")}在等待已结束的父任务，而它不会再释放它们`,
      cleared: (alert) => `${zh.subject(alert)}：没有任务在等待已结束的父任务`,
    },
    line: "{n, plural, other {# 个任务在等待已结束的父任务}}",
    row: "{orphans} 个在等待已结束的父任务",
    remedies: { peertubeOrphanChild: "在 PeerTube 中删除这些任务，并重新对该视频转码：再也不会有什么释放它们" },
  },
});
