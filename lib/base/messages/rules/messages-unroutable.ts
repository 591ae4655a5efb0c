import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { named, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const messagesUnroutable = ruleTexts({
  en: {
    title: "Messages unroutable",
    summary: "Ten or more published messages were not routed to any queue within ten minutes.",
    why: "They are lost: dropped in silence, or returned to publishers, which often ignore them.",
    cause:
      "A queue or a binding was deleted or never made, a routing key was misspelt, or an exchange has no subscriber at the moment.",
    next: "See the bindings of the exchange that these clients publish to. Publish with the mandatory flag, or give the exchange an alternate exchange. If it is normal that at times nothing is bound, raise the limit with a rule of the same id.",
    alert: {
      open: (alert) => {
        const by = part(named(alert, "publishers"), (names) => `; published by ${names}`);
        return `Broker ${en.subject(alert)}: ${en.plural(alert.value, "message")} in 10 min reached no queue${by}`;
      },
      cleared: (alert) => `Broker ${en.subject(alert)}: every message of the last 10 min reached a queue`,
    },
  },
  zhCN: {
    title: "消息无法路由",
    summary: "十分钟内有十条以上的消息没有路由到任何队列。",
    why: "这些消息已丢失：被悄悄丢弃，或退回给往往不予理会的发布者。",
    cause: "队列或绑定被删除或从未建立，路由键写错，或交换机此刻没有订阅者。",
    next: "查看这些客户端所发布的交换机的绑定。发布时设置 mandatory 标志，或给交换机配置备用交换机。若有时没有队列接收属于正常，请用同一 id 的规则调高阈值。",
    alert: {
      open: (alert) => {
        const by = part(named(alert, "publishers"), (names) => `；发布者：${names}`);
        return `broker ${zh.subject(alert)}：10 分钟内${zh.some(alert.value, "条消息")}没有到达任何队列${by}`;
      },
      cleared: (alert) => `broker ${zh.subject(alert)}：最近 10 分钟的消息都到达了队列`,
    },
  },
});
