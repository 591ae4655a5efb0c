import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { part, type SentenceInput, since } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

/** Only polled: nobody reports why a connection ended. */
const isUnreported = ({ context }: SentenceInput): boolean => context.reason === "unknown" && context.polledOnly === 1;

export const clientLost = ruleTexts({
  en: {
    title: "Client did not come back",
    summary: "A client has been away for longer than its library goes on trying, and a minute more.",
    why: "Nobody does its work, and nothing will bring it back by itself.",
    cause: "Its library gave up while the broker was away, or its process ended and nobody started it again.",
    next: "Restart it, then let it try for longer than the broker takes to restart; for RoadRunner that is redial_timeout: 300, a whole number of seconds.",
    alert: {
      open: (alert) => {
        const away = part(since(alert, "endedMs"), (s) => `, gone for ${en.duration(s)}`);
        const unknown = isUnreported(alert) ? "; without amqpUrl a close in order looks the same" : "";
        return `${en.subject(alert)} has not come back${away}${en.lastEnd(alert)}${unknown} (inferred)`;
      },
      cleared: (alert) => (alert.context.phase === "departed" ? en.departed(alert) : `${en.subject(alert)} is back`),
    },
    inSystem: {
      kyoo: "Kyoo's queues are not durable: a restart of the broker loses what waited in them, and RabbitMQ 4.3 refuses them. After the restart, start a library scan.",
      roadrunner:
        "RoadRunner gives up after redial_timeout: 60 s by default, a whole number such as 300, not 300s. Up to 2024.1 it stays dead until restarted, and its status may still say ok; from 2024.2 on it rebuilds the pipeline, and exits if that fails.",
    },
  },
  zhCN: {
    title: "客户端没有回来",
    summary: "客户端离开的时间已超过其库的重试时间再加一分钟。",
    why: "没有人做它的工作，它也不会自己回来。",
    cause: "broker 离线期间它的库放弃了重连，或进程结束后无人重新启动。",
    next: "重启它，并让它的重试时间长于 broker 的重启时间；对 RoadRunner 即 redial_timeout: 300，以秒为单位的整数。",
    alert: {
      open: (alert) => {
        const away = part(since(alert, "endedMs"), (s) => `，已消失 ${zh.duration(s)}`);
        const unknown = isUnreported(alert) ? "；未配置 amqpUrl，无法与正常关闭区分" : "";
        return `${zh.subject(alert)} 没有回来${away}${zh.lastEnd(alert)}${unknown}（推断）`;
      },
      cleared: (alert) => (alert.context.phase === "departed" ? zh.departed(alert) : `${zh.subject(alert)} 已回来`),
    },
    inSystem: {
      kyoo: "Kyoo 的队列不是持久的：broker 重启会丢失其中等待的内容，RabbitMQ 4.3 会拒绝它们。重启之后请发起一次媒体库扫描。",
      roadrunner:
        "RoadRunner 在 redial_timeout 之后放弃：默认 60 秒，应写整数，如 300 而不是 300s。2024.1 及以前会一直停住直到重启，其状态可能仍显示 ok；2024.2 起会重建管道，失败则退出。",
    },
  },
});
