import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import type { SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

const exceptionOf = ({ context }: SentenceInput): string | null =>
  typeof context.exception === "string" ? context.exception : null;

export const applicationPublishFailing = ruleTexts({
  en: {
    title: "FastStream cannot publish",
    summary: "Publishes of the application have raised exceptions in two scrapes of its metrics or more.",
    why: "The messages are lost unless the application sends them again; its connection and its health check may be fine.",
    cause:
      "The broker object that publishes was closed or never started (IncorrectState), its channel was closed, or the exchange does not exist.",
    next: "Read the exception in the application's log. For IncorrectState start the broker object that publishes, or publish with the one that consumes; otherwise check the exchange and the permissions, and restart the application.",
    alert: {
      open: (alert) => {
        const exception = exceptionOf(alert);
        return `${en.subject(alert)}: publishes have raised ${exception ?? "exceptions"} for ${en.held(alert)}`;
      },
      cleared: (alert) => `${en.subject(alert)}: its publishes succeed again`,
    },
    line: "its publishes have raised exceptions for {held}",
    source: "publishes have raised exceptions since {clock}",
    remedies: {
      faststreamPublishFailing:
        "read the exception in the application's log; for IncorrectState start the broker object that publishes, or publish with the one that consumes",
    },
  },
  zhCN: {
    title: "FastStream 无法发布",
    summary: "在连续两次或更多次抓取其指标时，应用的发布都抛出了异常。",
    why: "除非应用重新发送，否则消息会丢失；而它的连接和健康检查可能一切正常。",
    cause: "负责发布的 broker 对象已关闭或从未启动（IncorrectState），其通道已关闭，或目标交换机不存在。",
    next: "查看应用日志中的异常。若为 IncorrectState，请启动负责发布的 broker 对象，或改用消费所用的对象发布；否则请检查交换机和权限，并重启应用。",
    alert: {
      open: (alert) => `${zh.subject(alert)}：发布已持续 ${zh.held(alert)}抛出 ${exceptionOf(alert) ?? "异常"}`,
      cleared: (alert) => `${zh.subject(alert)}：发布已恢复成功`,
    },
    line: "其发布已持续 {held} 抛出异常",
    source: "自 {clock} 起发布持续抛出异常",
    remedies: {
      faststreamPublishFailing:
        "查看应用日志中的异常；若为 IncorrectState，请启动负责发布的 broker 对象，或改用消费所用的对象发布",
    },
  },
});
