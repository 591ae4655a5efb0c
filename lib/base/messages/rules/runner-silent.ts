import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

/** The job that its system took from it, with its type; null while it still holds its jobs. */
const reclaimedJob = ({ context }: SentenceInput): string | null =>
  typeof context.reclaimedJob === "string" ? context.reclaimedJob : null;

export const runnerSilent = ruleTexts({
  en: {
    title: "Runner silent",
    summary:
      "A runner that holds work, or whose work its system has taken back, has not been in contact for longer than its system allows.",
    why: "Its jobs make no progress anybody can see, and may be given to nobody else meanwhile.",
    cause: "It hangs, lost the network, was killed, or goes on with a job its server no longer knows.",
    next: "Restart the runner; see afterwards whether its jobs were taken up again, and cancel those that were not.",
    alert: {
      open: (alert) => {
        const silent = part(measured(alert, "silenceSeconds"), (s) => `silent ${en.duration(s)}`, "silent");
        const bound = part(measured(alert, "limitSeconds"), (s) => ` (limit ${en.duration(s)})`);
        const job = reclaimedJob(alert);
        const ago = part(measured(alert, "reclaimedSeconds"), (s) => ` ${en.duration(s)} ago`);
        if (job !== null) return `${en.subject(alert)} ${silent}${bound}; its job ${job} was taken back${ago}`;
        if (named(alert, "because") === "job-reclaimed") {
          return `${en.subject(alert)} ${silent}; its work was taken back, and it has not been in contact since`;
        }
        const missing = part(measured(alert, "missingSeconds"), (s) => `, not listed any more for ${en.duration(s)}`);
        return `${en.subject(alert)} ${silent}${bound}${en.holding(alert)}${missing}`;
      },
      cleared: (alert) => `${en.subject(alert)} is in contact again`,
    },
    inSystem: {
      peertube:
        "An idle runner does not contact PeerTube, so an old Last Contact alone means nothing: this rule applies to a runner with a job, also after PeerTube took the job back (2 min without an update). A VOD job whose progress PeerTube refuses (Cannot send job progress) goes on until ffmpeg ends: restart the runner, and cancel the job if it stays.",
    },
    remedies: {
      peertubeSilent:
        "restart the runner: a VOD job it reports in vain is not let go by itself; if the job stays in processing, cancel it",
      runnerSilent: "restart the runner; its jobs are free again once its system gives up on it",
    },
  },
  zhCN: {
    title: "runner 失联",
    summary: "持有工作（或工作已被系统收回）的 runner，失去联系的时间已超过其系统的允许值。",
    why: "看不到它的任务有任何进展，期间也可能不会交给别人。",
    cause: "它卡住、断网、被杀死，或仍在处理服务器已不认识的任务。",
    next: "重启 runner；然后查看其任务是否被重新领取，没有的请取消。",
    alert: {
      open: (alert) => {
        const silent = part(measured(alert, "silenceSeconds"), (s) => `已静默 ${zh.duration(s)}`, "静默");
        const bound = part(measured(alert, "limitSeconds"), (s) => `（上限 ${zh.duration(s)}）`);
        const job = reclaimedJob(alert);
        const ago = part(measured(alert, "reclaimedSeconds"), (s) => `在 ${zh.duration(s)}前`);
        if (job !== null) return `${zh.subject(alert)} ${silent}${bound}；其任务 ${job} 已${ago}被系统收回`;
        if (named(alert, "because") === "job-reclaimed") {
          return `${zh.subject(alert)} ${silent}；其任务已被收回，此后仍未恢复联系`;
        }
        const missing = part(measured(alert, "missingSeconds"), (s) => `，已有 ${zh.duration(s)}不在列表中`);
        return `${zh.subject(alert)} ${silent}${bound}${zh.holding(alert)}${missing}`;
      },
      cleared: (alert) => `${zh.subject(alert)} 已恢复联系`,
    },
    inSystem: {
      peertube:
        "空闲的 runner 不会联系 PeerTube，因此仅凭 Last Contact 陈旧说明不了什么：本规则只针对持有任务的 runner，包括任务已被 PeerTube 收回（2 分钟没有更新）之后。PeerTube 拒绝其进度上报（Cannot send job progress）的 VOD 任务会持续到 ffmpeg 结束：请重启 runner；若任务仍在，请取消它。",
    },
    remedies: {
      peertubeSilent: "重启 runner：进度上报被 PeerTube 拒绝的 VOD 任务，它不会自行放弃；若任务仍停在处理中，请取消它",
      runnerSilent: "重启 runner；等它的系统放弃它之后，任务会重新可领",
    },
  },
});
