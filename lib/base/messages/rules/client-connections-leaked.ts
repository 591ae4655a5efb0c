import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, number, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const clientConnectionsLeaked = ruleTexts({
  en: {
    title: "Connections leaked",
    summary: "A client has many more connections than it usually has.",
    why: "Each costs the broker memory and a file handle; at the limit nobody can connect any more.",
    cause:
      "It opens a connection for each message or request, or leaves old ones open when it reconnects; or it was scaled up.",
    next: "Use one connection for the process and channels for the threads. If it was scaled up, the usual number follows within a day.",
    alert: {
      open: (alert) => {
        const usually = part(measured(alert, "usually"), (n) => `, usually ${number(n)}`);
        const tooMany = `${number(alert.value ?? 0)} connections too many`;
        const count = part(measured(alert, "sessionsOpen"), (open) => en.plural(open, "connection"), tooMany);
        return `${en.subject(alert)} has ${count}${usually} (inferred); it should use one again instead of opening more`;
      },
      cleared: (alert) => {
        const open = measured(alert, "sessionsOpen");
        return en.unlessDisconnected(
          alert,
          part(open, (n) => `is down to ${en.plural(n, "connection")}`, "has let its connections go"),
        );
      },
    },
    inSystem: {
      roadrunner:
        "Failed attempts of a redial leave their connection open, it seems (inferred): restart it, and see that its queues are durable.",
    },
  },
  zhCN: {
    title: "连接泄漏",
    summary: "客户端的连接数远多于平常。",
    why: "每条连接都占用 broker 的内存和文件句柄；到达上限后谁也无法连接。",
    cause: "它为每条消息或请求打开一条连接，或重连时没有关闭旧连接；也可能是扩容。",
    next: "每个进程用一条连接，每个线程用一个通道。若是扩容，平常的数目会在一天内跟上。",
    alert: {
      open: (alert) => {
        const usually = part(measured(alert, "usually"), (n) => `，平时为 ${number(n)} 个`);
        const tooMany = `多打开了${zh.some(alert.value, "个连接")}`;
        const open = part(measured(alert, "sessionsOpen"), (n) => `打开了 ${zh.count(n, "个连接")}`, tooMany);
        return `${zh.subject(alert)} ${open}${usually}（推断）；它应当复用连接，而不是不断新开`;
      },
      cleared: (alert) =>
        zh.unlessDisconnected(
          alert,
          part(measured(alert, "sessionsOpen"), (n) => `的连接已降到 ${number(n)} 个`, "已放开多余的连接"),
        ),
    },
    inSystem: { roadrunner: "重连失败的尝试似乎会留下打开的连接（推断）：请重启，并确认其队列是持久的。" },
  },
});
