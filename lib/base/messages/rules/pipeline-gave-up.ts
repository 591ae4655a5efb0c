import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const pipelineGaveUp = ruleTexts({
  en: {
    title: "Pipeline gave up",
    summary: "A pipeline has had no connection to the broker for two minutes.",
    why: "Up to RoadRunner 2024.1 it stays dead until restarted, and its status may still say ok.",
    cause: "The broker was away for longer than redial_timeout, 60 s by default.",
    next: "Restart RoadRunner; set redial_timeout: 300 (whole seconds) and upgrade to 2024.2 or later, better 2025.1.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} has had no connection to the broker for ${en.held(alert)}${en.asClient(alert)} (inferred)`,
      cleared: (alert) => `${en.subject(alert)} is connected again`,
    },
    line: "has had no connection to its broker for {held} (inferred)",
    row: "without a connection to the broker for {disconnected} (inferred)",
    remedies: {
      roadrunnerGaveUp:
        "restart RoadRunner, its redial was given up; set redial_timeout: 300 in whole seconds and upgrade to 2024.2 or newer, which builds the pipeline anew; a heartbeat is set in amqp.addr (?heartbeat=30), there is no amqp.heartbeat",
    },
  },
  zhCN: {
    title: "管道已放弃",
    summary: "管道已有两分钟没有与 broker 连接。",
    why: "RoadRunner 2024.1 及以前会一直停住直到重启，其状态可能仍显示 ok。",
    cause: "broker 离线的时间超过 redial_timeout（默认 60 秒）。",
    next: "重启 RoadRunner；设置 redial_timeout: 300（整秒），并升级到 2024.2 或更高，最好 2025.1。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 已有 ${zh.held(alert)}没有到 broker 的连接${zh.asClient(alert)}（推断）`,
      cleared: (alert) => `${zh.subject(alert)} 已重新连接`,
    },
    line: "已 {held} 没有到 broker 的连接（推断）",
    row: "已有 {disconnected} 没有到 broker 的连接（推断）",
    remedies: {
      roadrunnerGaveUp:
        "重启 RoadRunner，它已放弃重连；请设整数秒 redial_timeout: 300，并升级到 2024.2 或更新版本（会重建管道）；心跳写在 amqp.addr 里（?heartbeat=30），没有 amqp.heartbeat 这个键",
    },
  },
});
