import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, number, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

interface Counted {
  readonly now: number;
  readonly usual: number;
}

/** A number and what is usual, where both are known and it has several. */
function counted(alert: SentenceInput, now: string, usual: string): Counted | null {
  const [n, usually] = [measured(alert, now), measured(alert, usual)];
  return n === null || usually === null || usually < 2 ? null : { now: n, usual: usually };
}

const sessionsOf = (alert: SentenceInput): Counted | null => counted(alert, "sessionsOpen", "usualSessions");
const consumersOf = (alert: SentenceInput): Counted | null => counted(alert, "consumers", "usualConsumers");

export const clientReplicasMissing = ruleTexts({
  en: {
    title: "Fewer sessions or consumers than usual",
    summary:
      "A client that usually has several sessions or consumers has had fewer for longer than its library retries.",
    why: "The others do the work of those that are missing, and nobody sees it until messages pile up.",
    cause:
      "Some replicas died or did not come back, a rolling update stopped halfway, or some came back without their consumers.",
    next: "See on the client's page which sessions ended, when and why, and start them again. If it was scaled down on purpose, acknowledge the alert: after a quarter of learnSessions (six hours by default) the smaller number is the usual one.",
    alert: {
      open: (alert) => {
        const sessions = part(
          sessionsOf(alert),
          ({ now, usual }) => `${number(now)} of its usual ${number(usual)} sessions`,
        );
        const consumers = part(consumersOf(alert), ({ now, usual }) => `${number(now)} of ${number(usual)} consumers`);
        const both = [sessions, consumers].filter((text) => text !== "").join(" and ") || "fewer sessions than usual";
        const lasted = part(measured(alert, "lastedSeconds"), (s) => ` for ${en.duration(s)}`);
        return `${en.subject(alert)} has had ${both}${lasted}${en.lastEnd(alert)}${en.backlog(alert)} (inferred)`;
      },
      cleared: (alert) => {
        if (alert.context.phase === "departed") return en.departed(alert);
        const sessions = part(measured(alert, "sessionsOpen"), (n) => en.plural(n, "session"), "its sessions");
        const consumers = part(consumersOf(alert), ({ now }) => ` and ${en.plural(now, "consumer")}`);
        return measured(alert, "learnedAnew") === 1
          ? `${en.subject(alert)} has had ${sessions} for so long that this is its usual number now`
          : `${en.subject(alert)} has ${sessions}${consumers} again, as many as usual`;
      },
    },
    remedies: {
      startMissingReplicas: "start those that are missing, or acknowledge this if it was scaled down on purpose",
      restoreConsumers: "restart those that are connected without their consumers",
    },
  },
  zhCN: {
    title: "会话或消费者少于平常",
    summary: "平常有多个会话或消费者的客户端，数目减少的时间已超过其客户端库的重试时间。",
    why: "其余的副本在替缺失的副本工作，直到消息堆积之前都不会有人察觉。",
    cause: "部分副本已退出或没有回来，滚动更新中途停止，或有些副本回来时没有恢复消费者。",
    next: "在客户端页面查看哪些会话已结束、何时以及为何结束，并重新启动它们。若是有意缩容，请确认该告警：经过 learnSessions 的四分之一（默认六小时）后，较小的数目即为平常数目。",
    alert: {
      open: (alert) => {
        const sessions = part(
          sessionsOf(alert),
          ({ now, usual }) => `平常 ${number(usual)} 个会话中只有 ${number(now)} 个`,
        );
        const consumers = part(
          consumersOf(alert),
          ({ now, usual }) => `${number(usual)} 个消费者中只有 ${number(now)} 个`,
        );
        const both = [sessions, consumers].filter((text) => text !== "").join("，") || "会话少于平常";
        const lasted = part(measured(alert, "lastedSeconds"), (s) => `，已持续 ${zh.duration(s)}`);
        return `${zh.subject(alert)} ${both}${lasted}${zh.lastEnd(alert)}${zh.backlog(alert)}（推断）`;
      },
      cleared: (alert) => {
        if (alert.context.phase === "departed") return zh.departed(alert);
        const sessions = part(measured(alert, "sessionsOpen"), (n) => zh.count(n, "个会话"), "原有会话");
        const consumers = part(consumersOf(alert), ({ now }) => `和 ${zh.count(now, "个消费者")}`);
        return measured(alert, "learnedAnew") === 1
          ? `${zh.subject(alert)} 长期只有 ${sessions}，这已是其平常数目`
          : `${zh.subject(alert)} 又有了 ${sessions}${consumers}，与平常一样`;
      },
    },
    remedies: {
      startMissingReplicas: "请启动缺失的副本；若是有意缩容，请确认此告警",
      restoreConsumers: "请重启已连接但没有消费者的副本",
    },
  },
});
