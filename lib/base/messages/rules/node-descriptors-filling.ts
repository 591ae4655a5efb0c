import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { inTime, measured, number, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const nodeDescriptorsFilling = ruleTexts({
  en: {
    title: "File descriptors of a node run out",
    summary: "The file descriptors that a node uses grow steadily and will be used up within half an hour.",
    why: "Without a file descriptor the node accepts no connection, and queues cannot open their files.",
    cause:
      "A client opens connections and does not close them, or the limit of the process is too low for the number of connections and queues.",
    next: "See which client has more connections than usual and restart it; raise the limit of open files of the service (LimitNOFILE), which needs a restart.",
    alert: {
      open: (alert) => {
        const now = part(
          part(measured(alert, "descriptorsUsed"), number) || null,
          (used) =>
            ` (${used}${part(part(measured(alert, "descriptorsLimit"), number) || null, (limit) => ` of ${limit}`)})`,
        );
        const when =
          inTime(alert, (seconds) => `in about ${en.duration(seconds)} at its steady rate (inferred)`) ?? "now";
        return `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} runs out of file descriptors ${when}${now}`;
      },
      cleared: (alert) =>
        `Node ${alert.labels.node ?? "?"} of broker ${en.subject(alert)} no longer runs out of file descriptors`,
    },
  },
  zhCN: {
    title: "节点文件描述符将用尽",
    summary: "节点使用的文件描述符持续增长，将在半小时内用尽。",
    why: "没有文件描述符，节点不再接受连接，队列也打不开自己的文件。",
    cause: "某个客户端只开连接不关闭，或进程的上限对连接数与队列数来说太低。",
    next: "查看哪个客户端的连接多于平常并重启它；调高服务的打开文件数上限（LimitNOFILE），需要重启。",
    alert: {
      open: (alert) => {
        const now = part(
          part(measured(alert, "descriptorsUsed"), number) || null,
          (used) =>
            `（${used}${part(part(measured(alert, "descriptorsLimit"), number) || null, (limit) => `，上限 ${limit}`)}）`,
        );
        const when = inTime(alert, (seconds) => `按稳定速度约 ${zh.duration(seconds)}后（推断）`) ?? "现在";
        return `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} ${when}将用尽文件描述符${now}`;
      },
      cleared: (alert) => `broker ${zh.subject(alert)} 的节点 ${alert.labels.node ?? "?"} 不再接近用尽文件描述符`,
    },
  },
});
