import type { BuiltInRuleId as ShippedRule } from "@/lib/alerts/rules/catalogue";
import type { AlertTextFor } from "@/lib/alerts/text/sentences/language";
import { alarm, because, count, duration, held, remedy, some, subject } from "@/lib/alerts/text/sentences/zh-CN/words";
import { measured, named, number, part, since } from "@/lib/alerts/text/words";

export const brokers = {
  "clients-not-back": {
    open: (told) => {
      const [went, back] = [measured(told, "went"), measured(told, "back")];
      const ago = part(since(told, "wentMs"), (s) => `于 ${duration(s)}前`);
      const others = went === null || back === null ? "" : `；${number(went)} 个中已恢复 ${number(back)} 个`;
      const more = part(measured(told, "missingMore"), (n) => (n > 0 ? `及另外 ${number(n)} 个客户端` : ""));
      const who = part(named(told, "missing"), (names) => `${names} ${more}`, `有${some(told.value, "个客户端")}`);
      return `${subject(told)} ${ago}中断后，${who}没有回来${others}（推断）`;
    },
    cleared: (told) => `随 ${subject(told)} 中断的客户端已全部恢复，或已离开`,
  },
  "broker-unreachable": {
    open: (told) => `Lastbeat 看不到 broker ${subject(told)}${because(told)}`,
    cleared: (told) => `Lastbeat 又能看到 broker ${subject(told)}`,
  },
  "source-unreachable": {
    open: (told) => `Lastbeat 读不到 ${subject(told)}${because(told)}${remedy(told)}`,
    cleared: (told) => `Lastbeat 又能读取 ${subject(told)}`,
  },
  "source-behind": {
    open: (told) => `${subject(told)} 读取的备库落后 ${held(told)}：所示数据也是那时的`,
    cleared: (told) => `${subject(told)} 的备库已追上`,
  },
  "broker-alarm": {
    open: (told) => `broker ${subject(told)} 正在阻塞发布者${alarm(told)}`,
    cleared: (told) => `broker ${subject(told)} 不再阻塞发布者`,
  },
  "node-down": {
    open: (told) => {
      const which = part(named(told, "nodes"), (nodes) => `：${nodes}`);
      return `broker ${subject(told)} 有 ${count(told.value ?? 1, "个节点")}宕机${which}`;
    },
    cleared: (told) => `broker ${subject(told)} 的所有节点都已恢复运行`,
  },
  "webhook-failing": {
    open: (told) => {
      const waiting = measured(told, "waiting") ?? 0;
      const delayed = waiting === 0 ? "" : `；${count(waiting, "个投递")}在等待`;
      return `webhook ${subject(told)} 已有 ${held(told)}没有接受任何投递${delayed}`;
    },
    cleared: (told) => `webhook ${subject(told)} 已恢复接受`,
  },
  "webhook-dead": {
    open: (told) => `发往 webhook ${subject(told)} 的 ${count(told.value ?? 0, "个投递")}已被放弃，可以重新投递`,
    cleared: (told) => `发往 webhook ${subject(told)} 的投递不再有被放弃的`,
  },
} as const satisfies Partial<AlertTextFor<ShippedRule>>;
