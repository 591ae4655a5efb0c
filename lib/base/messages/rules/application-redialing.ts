import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const applicationRedialing = ruleTexts({
  en: {
    title: "RoadRunner redials",
    summary: "The answer of /jobs hangs, so one of its pipelines is trying to reach the broker again.",
    why: "Meanwhile that pipeline neither publishes nor consumes; after redial_timeout it gives up.",
    cause: "The broker restarts, cannot be reached from there, or the queue is gone and each attempt fails on it.",
    next: "See that it reaches the broker. Held for longer than redial_timeout (60 s unless set), restart it; set redial_timeout: 300, a whole number, and durable: true.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)}: /jobs has hung for ${en.held(alert)}, so a pipeline is redialling the broker (inferred)${en.pipelines(alert)}`,
      cleared: (alert) => `${en.subject(alert)}: /jobs answers at once again`,
    },
    line: "does not answer /jobs for {held}: a pipeline is redialling the broker (inferred)",
    source: "/jobs has hung since {clock}: a pipeline is redialling the broker (inferred)",
    remedies: {
      roadrunnerRedialing:
        "see that RoadRunner can reach the broker; it gives up after redial_timeout, 60 s unless set: set redial_timeout: 300 in whole seconds (300s is not read); held for longer than that, restart RoadRunner and make the queue durable",
    },
  },
  zhCN: {
    title: "RoadRunner 正在重连",
    summary: "/jobs 的应答挂起，说明它的某个管道正在重新连接 broker。",
    why: "期间该管道既不发布也不消费；redial_timeout 之后它会放弃。",
    cause: "broker 正在重启、从那里无法到达，或队列已消失而每次尝试都因此失败。",
    next: "确认它能到达 broker。若超过 redial_timeout（默认 60 秒）仍挂起，请重启；设置 redial_timeout: 300（整数）和 durable: true。",
    alert: {
      open: (alert) =>
        `${zh.subject(alert)}：/jobs 已有 ${zh.held(alert)}没有回答，说明有管道正在重新连接 broker（推断）${zh.pipelines(alert)}`,
      cleared: (alert) => `${zh.subject(alert)}：/jobs 又能立即回答`,
    },
    line: "/jobs 已 {held} 没有回答：有管道正在重新连接 broker（推断）",
    source: "自 {clock} 起 /jobs 卡住：有管道正在重连 broker（推断）",
    remedies: {
      roadrunnerRedialing:
        "确认 RoadRunner 能连到 broker；默认 60 秒后放弃（redial_timeout）：请设为整数秒 redial_timeout: 300（300s 不会被读取）；若超过该时长仍卡住，重启 RoadRunner 并把队列设为 durable",
    },
  },
});
