import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const runnerStuck = ruleTexts({
  en: {
    title: "Runner stuck on a job",
    summary: "A runner is in contact, and its job stands still.",
    why: "The runner counts as busy and the job as processing; neither ends by itself.",
    cause:
      "ffmpeg hangs (progress unchanged for 15 min), PeerTube's watchdog does not watch this type of job, or a result was never taken in.",
    next: "Restart the runner; if the job stays in processing, cancel or delete it in PeerTube.",
    alert: {
      open: (alert) => `${en.subject(alert)} is in contact and its work stands still${en.holding(alert)}`,
      cleared: (alert) => `${en.subject(alert)} gets on with its work again`,
    },
    line: "in contact, and {n, plural, one {its job stands still} other {# jobs stand still}} since {clock}",
    remedies: {
      peertubeProgress: "ffmpeg hangs on this job: restart the runner, and cancel the job if it hangs again",
      peertubeCompleting: "PeerTube never finished taking in the result: look at its log, then delete the job",
    },
  },
  zhCN: {
    title: "runner 卡在任务上",
    summary: "runner 在线，而它的任务停滞不前。",
    why: "runner 算作忙碌，任务算作处理中；两者都不会自行结束。",
    cause: "ffmpeg 卡住（进度 15 分钟不变）、PeerTube 的看门狗不监视此类任务，或结果一直没有收完。",
    next: "重启 runner；若任务仍停在处理中，请在 PeerTube 中取消或删除它。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 保持联系，但工作停滞不前${zh.holding(alert)}`,
      cleared: (alert) => `${zh.subject(alert)} 的工作又有进展`,
    },
    line: "保持联系，但自 {clock} 起 {n, plural, other {# 个任务}}停滞不前",
    remedies: {
      peertubeProgress: "ffmpeg 卡在这个任务上：重启 runner；若再次卡住，请取消任务",
      peertubeCompleting: "PeerTube 一直没有收完结果：查看其日志，然后删除该任务",
    },
  },
});
