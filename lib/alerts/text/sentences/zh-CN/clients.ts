import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import type { BuiltInRuleId as ShippedRule } from "@/lib/alerts/rules/catalogue";
import { remedyForLate } from "@/lib/alerts/rules/remedy";
import type { AlertTextFor } from "@/lib/alerts/text/sentences/language";
import { alarm, count, duration, held, lastEnd, reason, some, subject } from "@/lib/alerts/text/sentences/zh-CN/words";
import { measured, named, number, part, since } from "@/lib/alerts/text/words";
import { zhCN } from "@/lib/base/messages/zh-CN";

export const clients = {
  "heartbeat-late": {
    open: (told) => {
      const silence = measured(told, "silenceSeconds");
      const of = silence === null ? null : measured(told, "timeoutSeconds");
      // The later end of the span: by then the broker has closed it for certain.
      const closeIn = measured(told, "closeInToSeconds") ?? measured(told, "closeInFromSeconds");
      const silent = part(
        silence,
        (s) => `已静默 ${duration(s)}`,
        `已错过${told.value === null ? "" : ` ${number(told.value)} 次`}心跳`,
      );
      const closes = part(closeIn, (s) => `，broker ${s <= 0 ? "即" : `约 ${duration(s)}后`}将关闭它`);
      return `${subject(told)} ${silent}${part(of, (s) => `（超时 ${duration(s)}）`)}${closes}（推断）${beatAgain(told)}`;
    },
    cleared: (told) =>
      told.context.sessionsOpen === 0
        ? `${subject(told)}：静默的会话已断开${part(reason(told), (why) => `（${why}）`)}`
        : `${subject(told)} 的心跳已恢复`,
  },
  "client-flapping": {
    open: (told) => `${subject(told)} 最近 10 分钟内重连${some(told.value, "次")}${lastEnd(told)}`,
    cleared: (told) => `${subject(told)} 已保持连接 10 分钟`,
  },
  "client-lost": {
    open: (told) => {
      const gone = part(since(told, "endedMs"), (s) => `，已消失 ${duration(s)}`);
      return `${subject(told)} 没有回来${gone}${lastEnd(told)}（推断）`;
    },
    cleared: (told) => `${subject(told)} 已回来`,
  },
  "client-not-consuming": {
    open: (told) => {
      const queues = part(named(told, "queues"), (names) => ` ${names} 中`);
      const waits = part(measured(told, "ready"), (ready) => `，而${queues}有 ${count(ready, "条消息")}在等待`);
      return `${subject(told)} 已连接，但已有 ${held(told)}没有消费任何消息${waits}（推断）；${restart(told)}`;
    },
    cleared: (told) =>
      unlessGone(told, measured(told, "consumers") === 0 ? "仍没有消费，但已没有消息在等待" : "已重新开始消费"),
  },
  "client-consumers-gone": {
    open: (told) => {
      const lost = part(
        measured(told, "consumersExpected"),
        (n) => `原有的 ${count(n, "个消费者")}都不在`,
        "没有消费者",
      );
      return `${subject(told)} 已连接，但${lost}，已持续 ${held(told)}（推断）；${restart(told)}`;
    },
    cleared: (told) => unlessGone(told, "已重新开始消费"),
  },
  "client-publish-silent": {
    open: (told) => {
      const usual = part(measured(told, "gapSeconds"), (gap) => `（平时每 ${duration(Math.max(1, gap))}一次）`);
      const todo =
        told.context.product === "aiormq"
          ? "FastStream 0.5.0 之前的版本，在另一个 broker 对象关闭时会这样停住"
          : "请查看它的发布代码，并设置发布超时";
      return `${subject(told)} 已有 ${held(told)}没有发布${usual}，却仍在收到任务（推断）；${todo}`;
    },
    cleared: (told) => unlessGone(told, measured(told, "publishedSeconds") === 0 ? "已重新发布" : "不再收到任务"),
  },
  "client-unacked-pinned": {
    open: (told) => {
      const holds = part(
        measured(told, "unacked"),
        (n) => `持有 ${count(n, "条消息")}，已达上限`,
        "持有的消息已达上限",
      );
      return `${subject(told)} ${holds}，且已有 ${held(told)}没有确认任何一条；请查看是否有卡住的处理函数`;
    },
    cleared: (told) => unlessGone(told, "持有的消息已不满上限"),
  },
  "client-blocked": {
    open: (told) => `${subject(told)} 被阻止发布，已持续 ${held(told)}${alarm(told)}`,
    cleared: (told) => unlessGone(told, "不再被阻塞"),
  },
  "client-connections-leaked": {
    open: (told) => {
      const usually = part(measured(told, "usually"), (n) => `，平时为 ${number(n)} 个`);
      const tooMany = `多打开了${some(told.value, "个连接")}`;
      const open = part(measured(told, "sessionsOpen"), (n) => `打开了 ${count(n, "个连接")}`, tooMany);
      return `${subject(told)} ${open}${usually}（推断）；它应当复用连接，而不是不断新开`;
    },
    cleared: (told) =>
      unlessGone(
        told,
        part(measured(told, "sessionsOpen"), (n) => `的连接已降到 ${number(n)} 个`, "已放开多余的连接"),
      ),
  },
} as const satisfies Partial<AlertTextFor<ShippedRule>>;

const beatAgain = ({ context }: SummaryInput): string =>
  part(
    typeof context.product === "string" ? remedyForLate(context.product) : null,
    (name) => `；${zhCN.remedies[name]}`,
  );

const unlessGone = (told: SummaryInput, what: string): string =>
  `${subject(told)} ${told.context.sessionsOpen === 0 ? "已不再连接" : what}`;

function restart(told: SummaryInput): string {
  const { product, platform } = told.context;
  if (product === "aiormq") return "请重启它；aio-pika 9.4.1 之前的版本需要升级";
  if (platform !== "golang") return "请重启它";
  const lacks = measured(told, "channels") === 2 ? "（现有 2 个通道，RoadRunner 消费时有 3 个）" : "";
  return `请重启它${lacks}；RoadRunner 2025.1 之前的版本需要升级`;
}
