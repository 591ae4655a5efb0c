import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { named, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const featureFlagsDisabled = ruleTexts({
  en: {
    title: "Feature flags disabled",
    summary: "Stable feature flags of the broker have been disabled for a day.",
    why: "A later version requires them and does not start while one is disabled.",
    cause: "The cluster was upgraded and its new flags were not enabled afterwards.",
    next: "Once all nodes run the same version: rabbitmqctl enable_feature_flag all. It takes seconds and cannot be undone.",
    alert: {
      open: (alert) =>
        `Broker ${en.subject(alert)} has ${en.plural(alert.value, "stable feature flag")} disabled${part(named(alert, "disabledFlags"), (names) => `: ${names}`)}`,
      cleared: (alert) => `Broker ${en.subject(alert)} has every stable feature flag enabled`,
    },
  },
  zhCN: {
    title: "功能开关未启用",
    summary: "broker 有稳定的功能开关已禁用一天。",
    why: "后续版本要求启用它们，只要有一个禁用就无法启动。",
    cause: "集群升级后没有启用新的开关。",
    next: "待所有节点都是同一版本后，运行 rabbitmqctl enable_feature_flag all。此操作不可撤销，只需几秒。",
    alert: {
      open: (alert) =>
        `broker ${zh.subject(alert)} 有${zh.some(alert.value, "个稳定的功能开关")}未启用${part(named(alert, "disabledFlags"), (names) => `：${names}`)}`,
      cleared: (alert) => `broker ${zh.subject(alert)} 的稳定功能开关已全部启用`,
    },
  },
});
