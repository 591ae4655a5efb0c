import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const sourceUnreachable = ruleTexts({
  en: {
    title: "Source cannot be read",
    summary: "A job table or endpoint has not been readable for a minute.",
    why: "Meanwhile Lastbeat cannot judge it: other alerts about this source keep their state.",
    cause:
      "The database or service is down, the role has lost its grant, a table was renamed, or the query ran out of time.",
    next: "The alert says what came back; for a missing grant, the source's page names the exact statement to run.",
    alert: {
      open: (alert) => `Lastbeat cannot read ${en.subject(alert)}${en.because(alert)}`,
      cleared: (alert) => `Lastbeat can read ${en.subject(alert)} again`,
    },
    remedies: {
      roadrunnerUnreachable:
        "see whether RoadRunner runs: from 2024.2 on it exits when a pipeline can neither redial nor be built anew, so let something start it again; else see that status.address is set",
      faststreamUnreachable:
        "see whether the application runs; its exporter answers from the event loop, so a handler that blocks the loop silences it, and soon its heartbeats to the broker too",
    },
  },
  zhCN: {
    title: "无法读取来源",
    summary: "任务表或端点已有一分钟无法读取。",
    why: "期间 Lastbeat 无法判断该来源：与它有关的其他告警保持原状。",
    cause: "数据库或服务已停止、角色失去授权、表已改名，或查询超时。",
    next: "告警写明了得到的回应；若缺少授权，来源页面会给出应执行的语句。",
    alert: {
      open: (alert) => `Lastbeat 读不到 ${zh.subject(alert)}${zh.because(alert)}`,
      cleared: (alert) => `Lastbeat 又能读取 ${zh.subject(alert)}`,
    },
    remedies: {
      roadrunnerUnreachable:
        "确认 RoadRunner 在运行：自 2024.2 起，管道既无法重连也无法重建时它会退出，请让某个程序负责重新拉起；否则确认已设置 status.address",
      faststreamUnreachable:
        "确认应用在运行；它的指标由事件循环应答，阻塞循环的处理函数会让它沉默，很快连发给 broker 的心跳也会停",
    },
  },
});
