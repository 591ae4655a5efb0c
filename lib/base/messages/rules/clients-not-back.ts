import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, number, part, since } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientsNotBack = ruleTexts({
  en: {
    title: "Clients did not come back after the broker",
    summary: "The broker or a node went; some of the clients it took along have not returned in their time.",
    why: "The broker is well again and looks it, while the work of those clients stands still.",
    cause: "Their libraries gave up redialling, or came back to a queue that was not durable and was gone.",
    next: "The alert names them: restart those. Then raise their redial time above the longest restart of the broker, and make their queues durable.",
    alert: {
      open: (alert) => {
        const [went, back] = [measured(alert, "went"), measured(alert, "back")];
        const ago = part(since(alert, "wentMs"), (s) => ` ${en.duration(s)} ago`);
        const others = went === null || back === null ? "" : `; ${number(back)} of ${number(went)} did`;
        const more = part(measured(alert, "missingMore"), (n) => (n > 0 ? ` and ${number(n)} more` : ""));
        const who = part(named(alert, "missing"), (names) => `${names}${more}`, en.plural(alert.value, "client"));
        return `${who} did not come back after ${en.subject(alert)} went${ago}${others} (inferred)`;
      },
      cleared: (alert) => `everyone who went with ${en.subject(alert)} is back, or has left`,
    },
  },
  zhCN: {
    title: "broker 恢复后客户端没有回来",
    summary: "broker 或节点曾离开；随之断开的部分客户端没有按时回来。",
    why: "broker 已恢复，看起来一切正常，而这些客户端的工作停在原地。",
    cause: "它们的库放弃了重连，或回来时非持久的队列已经消失。",
    next: "告警列出了它们：请重启。然后把重连时间设得比 broker 最长的重启时间更长，并使队列持久。",
    alert: {
      open: (alert) => {
        const [went, back] = [measured(alert, "went"), measured(alert, "back")];
        const ago = part(since(alert, "wentMs"), (s) => `于 ${zh.duration(s)}前`);
        const others = went === null || back === null ? "" : `；${number(went)} 个中已恢复 ${number(back)} 个`;
        const more = part(measured(alert, "missingMore"), (n) => (n > 0 ? `及另外 ${number(n)} 个客户端` : ""));
        const who = part(
          named(alert, "missing"),
          (names) => `${names} ${more}`,
          `有${zh.some(alert.value, "个客户端")}`,
        );
        return `${zh.subject(alert)} ${ago}中断后，${who}没有回来${others}（推断）`;
      },
      cleared: (alert) => `随 ${zh.subject(alert)} 中断的客户端已全部恢复，或已离开`,
    },
  },
});
