import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const subscriberPublishSilent = ruleTexts({
  en: {
    title: "FastStream publishes nothing",
    summary: "Handlers hold messages and the application has published nothing for a minute or more.",
    why: "Work goes in and nothing comes out, while its health check stays green.",
    cause:
      "Before 0.5.0, closing the newest broker object leaves the publishes of the others that name an exchange waiting for ever.",
    next: "Restart the application, upgrade FastStream to 0.5.0 or later, or use one broker object a process.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} is given messages and its application has published nothing for ${en.held(alert)} (inferred)`,
      cleared: (alert) => `${en.subject(alert)}: its application publishes again, or it holds no more`,
    },
    line: "is given messages, and its application publishes nothing for {held} (inferred)",
    row: "given messages while nothing has been published for {silent} (inferred)",
    remedies: {
      faststreamPublishSilent:
        "restart the application and upgrade FastStream to 0.5.0 or newer: before that, closing one broker object leaves the publishes of another waiting for ever; its health check stays 204 all the while",
    },
  },
  zhCN: {
    title: "FastStream 没有发布",
    summary: "处理函数持有消息，而应用一分钟或更久没有发布任何内容。",
    why: "工作进去了却没有结果出来，而健康检查仍为绿色。",
    cause: "0.5.0 之前，关闭最新的 broker 对象会使其他对象发往指定交换机的发布永远等待。",
    next: "重启应用，把 FastStream 升级到 0.5.0 或更高，或每个进程只用一个 broker 对象。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 仍在收到消息，但其应用已有 ${zh.held(alert)}没有发布任何消息（推断）`,
      cleared: (alert) => `${zh.subject(alert)}：其应用已重新发布，或不再持有消息`,
    },
    line: "仍在收到消息，但其应用已 {held} 没有发布任何消息（推断）",
    row: "仍在收消息，但已有 {silent} 没有发布任何消息（推断）",
    remedies: {
      faststreamPublishSilent:
        "重启应用，并把 FastStream 升级到 0.5.0 或更新版本：此前关闭一个 broker 对象会让另一个的发布永远等待；期间健康检查一直返回 204",
    },
  },
});
