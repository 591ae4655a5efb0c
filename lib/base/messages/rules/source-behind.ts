import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const sourceBehind = ruleTexts({
  en: {
    title: "Standby behind",
    summary: "The database a source is read from is a standby that lags behind its primary.",
    why: "All that is shown and judged of the source is as old as the lag: new trouble comes late.",
    cause:
      "Its replay is paused or held up by a long query, it cannot keep up with the writes, or it has lost its primary.",
    next: "Look at pg_stat_wal_receiver and pg_is_wal_replay_paused() there; until it has caught up, read the primary.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} is read from a standby that is ${en.held(alert)} behind: what is shown is that old`,
      cleared: (alert) => `the standby of ${en.subject(alert)} has caught up`,
    },
  },
  zhCN: {
    title: "备库落后",
    summary: "来源所读的数据库是落后于主库的备库。",
    why: "该来源的所有显示和判断都与落后时间一样旧：新的问题会晚到。",
    cause: "备库的回放被暂停或被长查询拖住、跟不上写入，或失去了主库。",
    next: "在备库查看 pg_stat_wal_receiver 和 pg_is_wal_replay_paused()；在它追上之前，请改读主库。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 读取的备库落后 ${zh.held(alert)}：所示数据也是那时的`,
      cleared: (alert) => `${zh.subject(alert)} 的备库已追上`,
    },
  },
});
