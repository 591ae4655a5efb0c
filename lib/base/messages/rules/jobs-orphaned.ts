import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const jobsOrphaned = ruleTexts({
  en: {
    title: "Orphaned jobs",
    summary: "Jobs have been running for longer than their system allows, or their owner is gone.",
    why: "Nobody works on them, and many systems never give them out again by themselves.",
    cause: "Their worker was killed or hangs, and the system's own rescuer is off or has not come by.",
    next: "Restart the worker, then use the system's own way to rescue jobs; the alert names it where it is known.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)}: ${en.plural(alert.value, "job")} running for longer than ${alert.value === 1 ? "it" : "they"} may (inferred)`,
      cleared: (alert) => `${en.subject(alert)}: no job runs for longer than it may`,
    },
    line: "{n, plural, one {# job runs for longer than it may} other {# jobs run for longer than they may}} (inferred)",
    row: "{stuck} run for longer than they may (inferred)",
    inSystem: {
      kyoo: "Kyoo 5 takes a request again after 30 min if a scanner runs: restart the scanner.",
      bitmagnet:
        "A job runs inside one transaction for 10 min at most: look for the oldest transaction in pg_stat_activity, then restart the worker.",
      peertube: "PeerTube's watchdog takes stalled jobs back every 30 s, except types it does not watch: cancel those.",
    },
    remedies: {
      bitmagnetOrphaned:
        "a job runs inside one transaction for 10 min at most: look for the oldest transaction in pg_stat_activity, then restart the worker",
      peertubeNotUpdated:
        "cancel the job: its runner is there and does not work on it, and PeerTube's watchdog has not taken it back",
      kyooOrphaned: "Kyoo takes it again after 30 min if a scanner runs: restart the scanner",
      riverOrphaned:
        "River rescues such jobs after an hour, if a leader is elected: see river_leader, and set JobTimeout",
      obanOrphaned: "add Oban's Lifeline plugin: without it nobody rescues executing jobs after a crash",
      graphileOrphaned: "Graphile Worker lets go of a lock after 4 h; forceUnlockWorkers does it at once",
      procrastinateOrphaned:
        "once the worker's row is pruned nobody sees them: retry the stalled jobs with get_stalled_jobs",
      solidQueueOrphaned: "Solid Queue fails the jobs of a dead process when a supervisor runs: start one",
      goodJobOrphaned: "GoodJob takes them again once the process row expires after 5 min: see that a process runs",
      laravelOrphaned: "Laravel gives them out again after retry_after: see that it is longer than the longest job",
      orphaned: "the worker that held them is gone or hangs: restart it, and use the system's own way to rescue jobs",
    },
  },
  zhCN: {
    title: "孤立的任务",
    summary: "任务运行的时间超过其系统的允许值，或其所有者已消失。",
    why: "没有人在处理它们，许多系统也不会自行重新分发。",
    cause: "worker 被杀死或卡住，而系统自带的救援未启用或尚未到来。",
    next: "重启 worker，然后用该系统自带的方式救回任务；已知时告警会写明。",
    alert: {
      open: (alert) => `${zh.subject(alert)}：${zh.count(alert.value ?? 0, "个任务")}运行超过允许的时长（推断）`,
      cleared: (alert) => `${zh.subject(alert)}：没有任务运行超过允许的时长`,
    },
    line: "{n, plural, other {# 个任务}}运行超过允许的时长（推断）",
    row: "{stuck} 个运行超过允许的时长（推断）",
    inSystem: {
      kyoo: "只要有扫描器在运行，Kyoo 5 会在 30 分钟后重新领取：请重启扫描器。",
      bitmagnet: "任务在单个事务内运行，最长 10 分钟：在 pg_stat_activity 中找出最早的事务，然后重启 worker。",
      peertube: "PeerTube 的看门狗每 30 秒收回停滞的任务，它不监视的类型除外：请取消这些任务。",
    },
    remedies: {
      bitmagnetOrphaned: "任务在单个事务内运行，最长 10 分钟：在 pg_stat_activity 中找出最早的事务，然后重启 worker",
      peertubeNotUpdated: "取消该任务：runner 在线却没有处理它，PeerTube 的看门狗也没有收回",
      kyooOrphaned: "只要有扫描器在运行，Kyoo 会在 30 分钟后重新领取：重启扫描器",
      riverOrphaned: "River 选出 leader 后会在一小时后救回这些任务：查看 river_leader，并设置 JobTimeout",
      obanOrphaned: "请加入 Oban 的 Lifeline 插件：没有它，崩溃后无人救回执行中的任务",
      graphileOrphaned: "Graphile Worker 在 4 小时后释放锁；forceUnlockWorkers 可立即释放",
      procrastinateOrphaned: "worker 行被清理后便无人看见它们：用 get_stalled_jobs 重试停滞的任务",
      solidQueueOrphaned: "Solid Queue 的 supervisor 运行时会把死进程的任务标为失败：请启动它",
      goodJobOrphaned: "GoodJob 在进程行过期（5 分钟）后会重新领取：确认有进程在运行",
      laravelOrphaned: "Laravel 在 retry_after 之后重新分发：确认它比最长的任务更长",
      orphaned: "持有它们的 worker 已消失或卡住：重启它，并用该系统自带的方式救回任务",
    },
  },
});
