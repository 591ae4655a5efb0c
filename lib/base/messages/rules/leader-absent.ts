import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const leaderAbsent = ruleTexts({
  en: {
    title: "No scanner leads",
    summary: "Requests wait and no Kyoo scanner has held the leader's lock for a minute.",
    why: "Only the leader watches files and scans: nothing new is found, and nobody wakes the others.",
    cause: "No scanner runs, or its database connection is gone; those in line try again every 5 s.",
    next: "Start or restart Kyoo's scanner, then start a library scan to wake it.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)}: ${en.waiting(alert)} and nobody has held the leader's lock for ${en.held(alert)}`,
      cleared: (alert) => `${en.subject(alert)}: somebody leads again, or nothing waits`,
    },
    line: "work waits, and nobody has held the leader's lock for {held}",
    source: "work waits, and nobody has held the leader's lock since {clock}",
    remedies: {
      kyooLeaderless:
        "no scanner holds the lock 198347, so none looks at these: start or restart Kyoo's scanner; one in line takes the lock within 5 s",
    },
  },
  zhCN: {
    title: "没有 leader 扫描器",
    summary: "请求在等待，而一分钟内没有 Kyoo 扫描器持有 leader 锁。",
    why: "只有 leader 监视文件并扫描：不会发现新内容，也没有人唤醒其他扫描器。",
    cause: "没有扫描器在运行，或其数据库连接已断；排队者每 5 秒重试一次。",
    next: "启动或重启 Kyoo 的扫描器，然后发起一次媒体库扫描来唤醒它。",
    alert: {
      open: (alert) => `${zh.subject(alert)}：${zh.waiting(alert)}，已有 ${zh.held(alert)}无人持有 leader 锁`,
      cleared: (alert) => `${zh.subject(alert)}：又有 leader，或已没有任务在等待`,
    },
    line: "有任务在等待，但已 {held} 无人持有 leader 锁",
    source: "自 {clock} 起有任务等待，却无人持有 leader 锁",
    remedies: {
      kyooLeaderless:
        "没有扫描器持有锁 198347，因此没有扫描器会处理它们：启动或重启 Kyoo 的扫描器；排队者会在 5 秒内取得该锁",
    },
  },
});
