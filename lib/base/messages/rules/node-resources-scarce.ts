import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, number, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

const EN: Readonly<Record<string, string>> = {
  fileDescriptors: "file descriptors",
  sockets: "sockets",
  processes: "Erlang processes",
};
const ZH: Readonly<Record<string, string>> = {
  fileDescriptors: "文件描述符",
  sockets: "套接字",
  processes: "Erlang 进程",
};

const percent = ({ value }: SentenceInput): string => `${number(Math.round(value ?? 0))} %`;

export const nodeResourcesScarce = ruleTexts({
  en: {
    title: "File descriptors, sockets or processes run short",
    summary: "A node uses more than four fifths of its file descriptors, sockets or Erlang processes.",
    why: "RabbitMQ raises no alarm for these: at the limit it refuses connections, or cannot open the files of queues.",
    cause:
      "More clients than the limits were set for, or one that opens connections or channels and does not close them.",
    next: "See which clients have more connections than usual. Raise the limit of open files of the service (LimitNOFILE), or of Erlang processes, before the next deployment connects twice as many.",
    alert: {
      open: (alert) => {
        const what = EN[named(alert, "resource") ?? ""] ?? "file descriptors, sockets or processes";
        const of = part(
          measured(alert, "limit"),
          (limit) => ` (${part(measured(alert, "used"), number)} of ${number(limit)})`,
        );
        return `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} uses ${percent(alert)} of its ${what}${of}`;
      },
      cleared: (alert) =>
        `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} has file descriptors, sockets and processes to spare`,
    },
  },
  zhCN: {
    title: "文件描述符、套接字或进程不足",
    summary: "节点使用的文件描述符、套接字或 Erlang 进程超过五分之四。",
    why: "RabbitMQ 不会为它们触发告警：达到上限时拒绝连接，或打不开队列的文件。",
    cause: "客户端多于设定上限时的预期，或某个客户端的连接、通道只开不关。",
    next: "查看哪些客户端的连接多于平常。在下一次部署带来双倍连接之前，调高服务的打开文件数上限（LimitNOFILE）或 Erlang 进程上限。",
    alert: {
      open: (alert) => {
        const what = ZH[named(alert, "resource") ?? ""] ?? "文件描述符、套接字或进程";
        const of = part(
          measured(alert, "limit"),
          (limit) => `（${part(measured(alert, "used"), number)}，上限 ${number(limit)}）`,
        );
        return `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} 的${what}已用 ${percent(alert)}${of}`;
      },
      cleared: (alert) =>
        `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} 的文件描述符、套接字与进程已有余量`,
    },
  },
});
