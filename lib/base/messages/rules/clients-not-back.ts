import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, number, part, since } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientsNotBack = ruleTexts({
  en: {
    title: "Clients did not come back after the broker",
    summary:
      "The broker or a node went down; some of the clients it disconnected are not back although the others are, or have been away for longer than their library retries.",
    why: "The broker has recovered and looks healthy, while those clients do no work.",
    cause: "Their libraries gave up redialling, or came back to a queue that was not durable and was gone.",
    next: "The alert names them: restart those. Then raise their redial time above the longest restart of the broker, and make their queues durable.",
    alert: {
      open: (alert) => {
        const [went, back] = [measured(alert, "went"), measured(alert, "back")];
        const ago = part(since(alert, "wentMs"), (s) => ` ${en.duration(s)} ago`);
        const others = went === null || back === null ? "" : `; ${number(back)} of ${number(went)} did`;
        const more = part(measured(alert, "missingMore"), (n) => (n > 0 ? ` and ${number(n)} more` : ""));
        const slowest = part(measured(alert, "slowestSeconds"), (s) => `, the slowest after ${en.duration(s)}`);
        const who = part(named(alert, "missing"), (names) => `${names}${more}`, "clients");
        if (alert.context.phase === "disconnected") {
          return `still missing since ${en.subject(alert)} went down${ago}: ${who}${others}${slowest} (inferred)`;
        }
        return `${who} did not come back after ${en.subject(alert)} went down${ago}${others} (inferred)`;
      },
      cleared: (alert) =>
        alert.context.phase === "departed"
          ? `the clients that did not come back after ${en.subject(alert)} went down have been away for a day and are no longer expected`
          : `all clients that were disconnected when ${en.subject(alert)} went down are back`,
    },
  },
  zhCN: {
    title: "broker 恢复后客户端没有回来",
    summary:
      "broker 或节点曾中断；随之断开的部分客户端在其他客户端都已恢复后仍未回来，或离开的时间已超过其客户端库的重试时间。",
    why: "broker 已恢复，看起来一切正常，而这些客户端的工作停在原地。",
    cause: "它们的库放弃了重连，或回来时非持久的队列已经消失。",
    next: "告警列出了它们：请重启。然后把重连时间设得比 broker 最长的重启时间更长，并使队列持久。",
    alert: {
      open: (alert) => {
        const [went, back] = [measured(alert, "went"), measured(alert, "back")];
        const ago = part(since(alert, "wentMs"), (s) => `于 ${zh.duration(s)}前`);
        const others = went === null || back === null ? "" : `；${number(went)} 个中已恢复 ${number(back)} 个`;
        const more = part(measured(alert, "missingMore"), (n) => (n > 0 ? `及另外 ${number(n)} 个客户端` : ""));
        const slowest = part(measured(alert, "slowestSeconds"), (s) => `，最慢的用时 ${zh.duration(s)}`);
        const who = part(named(alert, "missing"), (names) => `${names} ${more}`, "有客户端");
        if (alert.context.phase === "disconnected") {
          return `${zh.subject(alert)} ${ago}中断后，${who}至今尚未恢复连接${others}${slowest}（推断）`;
        }
        return `${zh.subject(alert)} ${ago}中断后，${who}没有回来${others}（推断）`;
      },
      cleared: (alert) =>
        alert.context.phase === "departed"
          ? `${zh.subject(alert)} 中断后没有回来的客户端已离开一天，不再等待其恢复`
          : `随 ${zh.subject(alert)} 中断的客户端已全部恢复连接`,
    },
  },
});
