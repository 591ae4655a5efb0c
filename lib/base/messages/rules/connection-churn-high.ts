import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { named, number, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const connectionChurnHigh = ruleTexts({
  en: {
    title: "High connection churn",
    summary: "A broker accepts ten connections a second or more, for ten minutes.",
    why: "Each costs a handshake, several processes and lines in the log; closed sockets stay in TIME_WAIT until ports run out.",
    cause: "Many clients open a connection for each message or request, or reconnect again and again.",
    next: "See which clients reconnect most; hold connections open, or put a proxy such as AMQProxy before programs that cannot.",
    alert: {
      open: (alert) =>
        `Broker ${en.subject(alert)}: ${number(Math.round(alert.value ?? 0))} connections opened each minute${part(named(alert, "churning"), (names) => `; most by ${names}`)}`,
      cleared: (alert) => `Broker ${en.subject(alert)} opens few connections again`,
    },
  },
  zhCN: {
    title: "连接频繁新建",
    summary: "broker 每秒接受十个以上的连接，持续十分钟。",
    why: "每个连接都要一次握手、若干进程和日志行；关闭的套接字停留在 TIME_WAIT，直到端口耗尽。",
    cause: "许多客户端为每条消息或每个请求新建连接，或反复重连。",
    next: "查看哪些客户端重连最多；保持连接不关，或在做不到的程序前放一个代理，例如 AMQProxy。",
    alert: {
      open: (alert) =>
        `broker ${zh.subject(alert)}：每分钟新开 ${number(Math.round(alert.value ?? 0))} 个连接${part(named(alert, "churning"), (names) => `；最多的客户端：${names}`)}`,
      cleared: (alert) => `broker ${zh.subject(alert)} 新建连接已减少`,
    },
  },
});
