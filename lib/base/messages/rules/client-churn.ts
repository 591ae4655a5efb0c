import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { number, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

/** Polls miss connections that open and close between two of them; events do not. */
const isPolledOnly = ({ context }: SentenceInput): boolean => context.polledOnly === 1;
const perMinute = ({ value }: SentenceInput): string => number(Math.round(value ?? 0));

export const clientChurn = ruleTexts({
  en: {
    title: "Client opens connection after connection",
    summary: "A client has opened 30 or more connections a minute for ten minutes.",
    why: "Each costs the broker a handshake, several processes and a few log lines, and with TLS most of its time; closed ones stay in TIME_WAIT for a minute and may use up the ports.",
    cause:
      "It opens a connection for each message or request, as PHP without a pool does, or it reconnects in a loop without a pause.",
    next: "Hold one connection open for each process and use channels on it. Where the process ends with each request, put AMQProxy or a pool between, or publish in batches.",
    alert: {
      open: (alert) => {
        const atLeast = isPolledOnly(alert) ? "at least " : "";
        return `${en.subject(alert)} opens ${atLeast}${perMinute(alert)} connections a minute; each costs the broker a handshake`;
      },
      cleared: (alert) => `${en.subject(alert)} opens ${perMinute(alert)} connections a minute now`,
    },
  },
  zhCN: {
    title: "客户端不断新建连接",
    summary: "客户端十分钟内平均每分钟新建 30 个或更多连接。",
    why: "每个连接都要 broker 做一次握手、启动数个进程并写几行日志，启用 TLS 时 broker 的大部分时间都耗在这里；已关闭的连接还会在 TIME_WAIT 停留一分钟，可能耗尽端口。",
    cause: "它为每条消息或每个请求新建一个连接（例如没有连接池的 PHP），或在没有间隔地循环重连。",
    next: "每个进程保持一个连接，并在其上使用通道。若进程随请求结束，请在中间加入 AMQProxy 或连接池，或者批量发布。",
    alert: {
      open: (alert) => {
        const atLeast = isPolledOnly(alert) ? "至少" : "";
        return `${zh.subject(alert)} 每分钟${atLeast}新建 ${perMinute(alert)} 个连接；每个连接都要 broker 握手一次`;
      },
      cleared: (alert) => `${zh.subject(alert)} 现在每分钟新建 ${perMinute(alert)} 个连接`,
    },
  },
});
