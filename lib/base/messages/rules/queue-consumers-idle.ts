import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, named, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

const unackedOf = (alert: SentenceInput): number | null => {
  const unacked = measured(alert, "unacked");
  return unacked === null || unacked === 0 ? null : unacked;
};

export const queueConsumersIdle = ruleTexts({
  en: {
    title: "Consumers take nothing",
    summary:
      "Messages wait in a work queue that has consumers, and none was delivered or acknowledged for a quarter of an hour.",
    why: "The work stands still although everything is connected, so nothing else reports it.",
    cause:
      "The consumers hold as many unacknowledged messages as their prefetch allows and acknowledge none: they wait for something, or do not acknowledge at all. Or they take none: their process hangs, or the broker has blocked them.",
    next: "See on the pages of its clients what they hold. Get a stack trace of a consumer that hangs, then restart it: its messages return to the queue. For work whose single messages take longer, give this rule a longer time.",
    alert: {
      open: (alert) => {
        const ready = en.plural(measured(alert, "ready"), "message");
        const consumers = en.plural(measured(alert, "consumers"), "consumer");
        const clients = part(named(alert, "clients"), (names) => ` (${names})`);
        const unacked = unackedOf(alert);
        return unacked === null
          ? `${en.subject(alert)}: ${ready} waiting, and ${consumers}${clients} taking none`
          : `${en.subject(alert)}: ${ready} waiting; ${consumers}${clients} at the prefetch limit with ${en.plural(unacked, "unacknowledged message")}, acknowledging none`;
      },
      cleared: (alert) => `${en.subject(alert)} is being consumed again, or is empty`,
    },
    line: "consumers have taken nothing since {clock}",
    remedies: {
      queueConsumersFull:
        "see what the consumers wait for; restart one that hangs, and its messages return to the queue",
      queueConsumersTakeNone: "restart the consumers, and see whether the broker has blocked their connections",
    },
  },
  zhCN: {
    title: "消费者不取消息",
    summary: "工作队列有消费者，却有消息在等待，一刻钟内没有任何投递或确认。",
    why: "一切都连接着，工作却停滞了，所以没有别的提示。",
    cause:
      "消费者持有的未确认消息已达到预取上限且一条都不确认：在等待什么，或根本不确认。或者它们完全不取：进程卡住，或被 broker 阻塞。",
    next: "在其客户端页面查看它们持有什么。先取得卡住的消费者的堆栈，再重启它：它的消息会回到队列。若单条消息本就耗时更久，请把本规则的时长调大。",
    alert: {
      open: (alert) => {
        const ready = zh.some(measured(alert, "ready"), "条消息");
        const consumers = zh.some(measured(alert, "consumers"), "个消费者");
        const clients = part(named(alert, "clients"), (names) => `（${names}）`);
        const unacked = unackedOf(alert);
        return unacked === null
          ? `${zh.subject(alert)} 有${ready}在等待，而${consumers}${clients}一条都不取`
          : `${zh.subject(alert)} 有${ready}在等待，而${consumers}${clients}已达预取上限，持有 ${zh.count(unacked, "条未确认消息")}，一条都不确认`;
      },
      cleared: (alert) => `${zh.subject(alert)} 已重新被消费，或已为空`,
    },
    line: "自 {clock} 起消费者没有取走任何消息",
    remedies: {
      queueConsumersFull: "请查看消费者在等待什么；重启卡住的那个，它的消息会回到队列",
      queueConsumersTakeNone: "请重启消费者，并查看 broker 是否阻塞了它们的连接",
    },
  },
});
