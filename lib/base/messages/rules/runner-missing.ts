import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const runnerMissing = ruleTexts({
  en: {
    title: "Runner missing",
    summary: "A runner disappeared from its system while it had work in hand.",
    why: "Its work may be lost, or wait for a rescue that nobody runs.",
    cause: "It was unregistered or killed; a deployment replaces its runners within two minutes.",
    next: "See why it ended and whether its jobs were taken up again.",
    alert: {
      open: (alert) => {
        const away = part(measured(alert, "missingSeconds"), (s) => ` for ${en.duration(s)}`);
        return `${en.subject(alert)} has been missing${away}${en.holding(alert)}`;
      },
      cleared: (alert) => `${en.subject(alert)} is back`,
    },
    line: "went with {n, plural, one {# job} other {# jobs}} in hand, and is missing since {clock}",
    remedies: {
      peertubeMissing: "it was unregistered in PeerTube: register it again, or leave it and it is let go after a day",
      runnerMissing: "it went with work in hand: see why it ended, and whether its jobs were taken up again",
    },
  },
  zhCN: {
    title: "runner 不见了",
    summary: "runner 带着工作从其系统中消失。",
    why: "它的工作可能丢失，或在等待无人执行的救援。",
    cause: "它被注销或杀死；部署会在两分钟内换好 runner。",
    next: "查明它为何结束，以及其任务是否被重新领取。",
    alert: {
      open: (alert) => {
        const away = part(measured(alert, "missingSeconds"), (s) => ` ${zh.duration(s)}`);
        return `${zh.subject(alert)} 已缺失${away}${zh.holding(alert)}`;
      },
      cleared: (alert) => `${zh.subject(alert)} 已回来`,
    },
    line: "自 {clock} 起缺失，当时持有 {n, plural, other {# 个任务}}",
    remedies: {
      peertubeMissing: "它已在 PeerTube 中注销：重新注册，或不必理会，一天后不再显示",
      runnerMissing: "它带着任务离开：查明它为何结束，以及任务是否被重新领取",
    },
  },
});
