import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, number } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const retryConflictLoop = ruleTexts({
  en: {
    title: "Conflict loop of retries",
    summary:
      "Retries whose key a pending twin holds: each attempt breaks the unique key and is rolled back, and nothing drains.",
    why: "No such retry can ever be stored, and the first of them keeps a worker busy twice a minute while the rest wait behind it.",
    cause:
      "Bitmagnet before 0.10.0-beta.4 admits a pending and a retry row of one fingerprint; when the pending one fails, its update violates the key.",
    next: "Upgrade Bitmagnet to 0.10, or delete only retry rows that have a pending twin. Deleting all retries lets new torrents in and loses the old ones for good.",
    alert: {
      open: (alert) => {
        const twins = measured(alert, "conflicts") ?? 0;
        const [updates, rollbacks] = [measured(alert, "updates"), measured(alert, "rollbacks")];
        const isCounted = updates !== null && rollbacks !== null;
        const blocked =
          twins > 0
            ? `${en.plural(twins, "retry", "retries")} whose key a pending job holds`
            : isCounted
              ? "no retry is stored"
              : "retries whose key a pending job holds";
        const within = en.duration(measured(alert, "windowSeconds") ?? 0);
        const evidence = isCounted
          ? `, ${en.plural(rollbacks, "rollback")} on ${en.plural(updates, "update")} in ${within}`
          : "";
        return `${en.subject(alert)}: ${blocked}${evidence}, nothing drained for ${en.held(alert)} (inferred)`;
      },
      cleared: (alert) => `${en.subject(alert)}: no retry is held up by its twin any more`,
    },
    line: "retries can never be stored, for {held}: a pending job holds their key (inferred)",
    row: "{conflicts} retries can never be stored (inferred){evidence}",
    remedies: {
      bitmagnetConflict:
        "upgrade Bitmagnet to 0.10, or delete only the retry rows that have a pending twin; deleting all retries loses torrents for good",
    },
  },
  zhCN: {
    title: "重试的冲突循环",
    summary: "重试的键被 pending 的孪生行占住：每次尝试都违反唯一键而回滚，什么也不会减少。",
    why: "这样的重试永远存不进去，其中第一条每分钟占用 worker 两次，其余的都排在它后面。",
    cause: "0.10.0-beta.4 之前的 Bitmagnet 允许同一指纹同时有 pending 和 retry 行；pending 行失败时，其更新违反该键。",
    next: "把 Bitmagnet 升级到 0.10，或只删除有 pending 孪生行的 retry 行。删除全部重试会放入新种子，却永远失去旧的。",
    alert: {
      open: (alert) => {
        const twins = measured(alert, "conflicts") ?? 0;
        const [updates, rollbacks] = [measured(alert, "updates"), measured(alert, "rollbacks")];
        const isCounted = updates !== null && rollbacks !== null;
        const blocked =
          twins > 0
            ? `${zh.count(twins, "个重试")}的唯一键被 pending 任务占用`
            : isCounted
              ? "没有存入任何重试"
              : "有重试的唯一键被 pending 任务占用";
        const within = zh.duration(measured(alert, "windowSeconds") ?? 0);
        const evidence = isCounted ? `，${within}内更新 ${number(updates)} 次、回滚 ${number(rollbacks)} 次` : "";
        return `${zh.subject(alert)}：${blocked}${evidence}，已有 ${zh.held(alert)}毫无进展（推断）`;
      },
      cleared: (alert) => `${zh.subject(alert)}：不再有重试被孪生任务挡住`,
    },
    line: "重试已有 {held} 无法存入：唯一键被 pending 任务占用（推断）",
    row: "{conflicts} 个重试永远无法存入（推断）{evidence}",
    remedies: {
      bitmagnetConflict:
        "升级到 Bitmagnet 0.10，或只删除已有 pending 孪生行的 retry 行；删除全部重试会让这些种子永远不被索引",
    },
  },
});
