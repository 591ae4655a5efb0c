import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, number, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

const isDisconnected = ({ context }: SentenceInput): boolean =>
  context.phase === "disconnected" || context.phase === "lost";

/** Its new connection has neither a name nor its queues. */
const isLikely = ({ context }: SentenceInput): boolean => context.likely === 1;

/** Up to 0.1 an alert resolved when the silent session had ended. Such rows are still shown as they were. */
const isOfFormerVersion = ({ context }: SentenceInput): boolean =>
  context.sessionsOpen === 0 && context.phase === undefined;

export const heartbeatLate = ruleTexts({
  en: {
    title: "Client about to be dropped",
    summary: "A client has sent nothing for longer than its heartbeat timeout.",
    why: "The broker closes a connection two to three timeouts after its last byte: 120 to 180 s at 60 s. What the client held unacknowledged is then delivered again.",
    cause:
      "The client's thread or event loop is busy and sends no heartbeat, its machine is overloaded or frozen, or the connection is half open.",
    next: "See what keeps it busy: smaller batches, CPU work off the event loop. A longer timeout is a setting of the client; aiormq, for one, ignores what the broker proposes and takes ?heartbeat= from its URL.",
    alert: {
      open: (alert) => {
        if (isDisconnected(alert)) {
          const ago = part(measured(alert, "awaySeconds"), (s) => ` ${en.duration(s)} ago`);
          const how =
            alert.context.reason === "heartbeat"
              ? `was disconnected${ago} for missed heartbeats`
              : `was late, and its connection ended${ago}${part(en.reason(alert), (reason) => ` (${reason})`)}`;
          const lost = alert.context.phase === "lost" ? "; its library has stopped trying by now (inferred)" : "";
          return `${en.subject(alert)} ${how} and is not back${lost}`;
        }
        const silence = measured(alert, "silenceSeconds");
        const of = silence === null ? null : measured(alert, "timeoutSeconds");
        // The later end of the span: by then the broker has closed it for certain.
        const closeIn = measured(alert, "closeInToSeconds") ?? measured(alert, "closeInFromSeconds");
        const silent = part(
          silence,
          (s) => `silent ${en.duration(s)}`,
          `missed ${en.plural(alert.value, "heartbeat")}`,
        );
        const closes = part(
          closeIn,
          (s) => `, the broker will close it ${s <= 0 ? "now" : `in about ${en.duration(s)}`}`,
        );
        return `${en.subject(alert)} ${silent}${part(of, (s) => ` of ${en.duration(s)}`)}${closes} (inferred)`;
      },
      cleared: (alert) => {
        const subject = en.subject(alert);
        if (isOfFormerVersion(alert)) {
          return `${subject}: the silent session ended${part(en.reason(alert), (reason) => ` (${reason})`)}`;
        }
        if (alert.context.phase === "departed") return en.departed(alert);
        const away = measured(alert, "backAfterSeconds");
        if (away === null) return `${subject} is sending heartbeats again`;
        return isLikely(alert)
          ? `${subject} is likely connected again (disconnected for ${en.duration(away)}; inferred from host, user and product)`
          : `${subject} is connected again (disconnected for ${en.duration(away)})`;
      },
    },
    inSystem: {
      kyoo: "Kyoo 4's scanner walks folders and guesses names in its event loop, so no heartbeat leaves meanwhile. Raising the broker's heartbeat does nothing: aiormq uses 60 s unless its URL says otherwise, and 4.7.1 builds no URL. Versions after it take RABBITMQ_URL with ?heartbeat=; else scan fewer folders at once.",
      roadrunner: "RoadRunner beats every 10 s. There is no amqp.heartbeat; the address takes it, as ?heartbeat=30.",
      faststream:
        "heartbeat in client_properties works, and so does ?heartbeat= in the URL; give the connection a ?name= as well.",
    },
    remedies: {
      aiormqLate:
        "work that holds its event loop keeps heartbeats from leaving: do it in smaller batches or in a thread, and set ?heartbeat= in the client's own URL, for aiormq does not take the broker's",
      pikaLate:
        "a long callback keeps heartbeats from leaving: acknowledge from a worker thread, work in smaller batches, or set heartbeat in the client's own URL",
    },
  },
  zhCN: {
    title: "客户端即将被断开",
    summary: "客户端没有发送任何数据的时间已超过其心跳超时。",
    why: "broker 在最后一个字节之后两到三个超时周期关闭连接：超时 60 秒时为 120 到 180 秒。客户端未确认的消息随后会被重新投递。",
    cause: "客户端的线程或事件循环繁忙而发不出心跳，机器过载或冻结，或连接处于半开状态。",
    next: "找出它在忙什么：减小批量，把 CPU 工作移出事件循环。更长的超时是客户端的设置；例如 aiormq 会忽略 broker 的提议，只认其 URL 中的 ?heartbeat=。",
    alert: {
      open: (alert) => {
        if (isDisconnected(alert)) {
          const ago = part(measured(alert, "awaySeconds"), (s) => `在 ${zh.duration(s)}前`);
          const how =
            alert.context.reason === "heartbeat"
              ? `${ago}因错过心跳被 broker 断开`
              : `心跳超时，连接${ago}断开${part(zh.reason(alert), (why) => `（${why}）`)}`;
          const lost = alert.context.phase === "lost" ? "；其客户端库此时已停止重连（推断）" : "";
          return `${zh.subject(alert)} ${how}，尚未恢复连接${lost}`;
        }
        const silence = measured(alert, "silenceSeconds");
        const of = silence === null ? null : measured(alert, "timeoutSeconds");
        // The later end of the span: by then the broker has closed it for certain.
        const closeIn = measured(alert, "closeInToSeconds") ?? measured(alert, "closeInFromSeconds");
        const silent = part(
          silence,
          (s) => `已静默 ${zh.duration(s)}`,
          `已错过${alert.value === null ? "" : ` ${number(alert.value)} 次`}心跳`,
        );
        const closes = part(closeIn, (s) => `，broker ${s <= 0 ? "即" : `约 ${zh.duration(s)}后`}将关闭它`);
        return `${zh.subject(alert)} ${silent}${part(of, (s) => `（超时 ${zh.duration(s)}）`)}${closes}（推断）`;
      },
      cleared: (alert) => {
        const subject = zh.subject(alert);
        if (isOfFormerVersion(alert)) {
          return `${subject}：静默的会话已断开${part(zh.reason(alert), (why) => `（${why}）`)}`;
        }
        if (alert.context.phase === "departed") return zh.departed(alert);
        const away = measured(alert, "backAfterSeconds");
        if (away === null) return `${subject} 的心跳已恢复`;
        return isLikely(alert)
          ? `${subject} 很可能已恢复连接（断开了 ${zh.duration(away)}；根据主机、用户和客户端库推断）`
          : `${subject} 已恢复连接（断开了 ${zh.duration(away)}）`;
      },
    },
    inSystem: {
      kyoo: "Kyoo 4 的扫描器在事件循环中遍历目录并猜测名称，期间发不出心跳。调高 broker 的心跳没有用：除非 URL 另有说明，aiormq 使用 60 秒，而 4.7.1 不使用 URL。之后的版本接受带 ?heartbeat= 的 RABBITMQ_URL；否则请一次扫描更少的目录。",
      roadrunner: "RoadRunner 每 10 秒发送一次心跳。没有 amqp.heartbeat 这个设置；应写在地址中：?heartbeat=30。",
      faststream: "client_properties 中的 heartbeat 有效，URL 中的 ?heartbeat= 也有效；请同时用 ?name= 给连接命名。",
    },
    remedies: {
      aiormqLate:
        "占住事件循环的工作使心跳发不出去：改为小批量处理或放到线程中，并在客户端自己的 URL 中设置 ?heartbeat=，因为 aiormq 不采用 broker 的值",
      pikaLate:
        "长时间的回调使心跳发不出去：请在工作线程中处理后再确认、改为小批量处理，或在客户端自己的 URL 中设置 heartbeat",
    },
  },
});
