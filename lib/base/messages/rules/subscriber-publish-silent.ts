import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const subscriberPublishSilent = ruleTexts({
  en: {
    title: "FastStream publishes nothing",
    summary: "Handlers hold messages and the application has published nothing for a minute or more.",
    why: "Work goes in and nothing comes out, while its health check stays green.",
    cause:
      "A publish waits for an answer that does not come: the broker blocks the connection (memory or disk alarm), or another broker object of the process closed the channel.",
    next: "See whether the broker has an alarm or blocks the client. If not, restart the application, and use one broker object per process.",
    alert: {
      open: (alert) =>
        `${en.subject(alert)} is given messages and its application has published nothing for ${en.held(alert)} (inferred)`,
      cleared: (alert) => `${en.subject(alert)}: its application publishes again, or it holds no more`,
    },
    line: "is given messages, and its application publishes nothing for {held} (inferred)",
    row: "given messages while nothing has been published for {silent} (inferred)",
    remedies: {
      faststreamPublishSilent:
        "see whether the broker has an alarm or blocks the client; if not, restart the application and use one broker object per process; its health check stays 204 all the while",
    },
  },
  zhCN: {
    title: "FastStream 没有发布",
    summary: "处理函数持有消息，而应用一分钟或更久没有发布任何内容。",
    why: "工作进去了却没有结果出来，而健康检查仍为绿色。",
    cause: "某次发布一直等不到应答：broker 因内存或磁盘告警阻塞了连接，或同一进程的另一个 broker 对象关闭了通道。",
    next: "先确认 broker 是否有告警或阻塞了该客户端。若没有，请重启应用，并让每个进程只用一个 broker 对象。",
    alert: {
      open: (alert) => `${zh.subject(alert)} 仍在收到消息，但其应用已有 ${zh.held(alert)}没有发布任何消息（推断）`,
      cleared: (alert) => `${zh.subject(alert)}：其应用已重新发布，或不再持有消息`,
    },
    line: "仍在收到消息，但其应用已 {held} 没有发布任何消息（推断）",
    row: "仍在收消息，但已有 {silent} 没有发布任何消息（推断）",
    remedies: {
      faststreamPublishSilent:
        "先确认 broker 是否有告警或阻塞了该客户端；若没有，请重启应用，并让每个进程只用一个 broker 对象；期间健康检查一直返回 204",
    },
  },
});
