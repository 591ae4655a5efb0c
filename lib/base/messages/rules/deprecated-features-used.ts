import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { named, part } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const deprecatedFeaturesUsed = ruleTexts({
  en: {
    title: "Deprecated features in use",
    summary: "Clients use features of RabbitMQ that a later version removes.",
    why: "After the upgrade declarations fail or the node does not start, and whoever upgrades has to know before.",
    cause:
      "Queues that are transient and not exclusive, mirrored classic queues, a global prefetch, or the management statistics, declared by a program that predates the change.",
    next: "See the release notes of the next version for each; change what declares them, and delete the queues that remain. Switch the rule off if no upgrade is planned.",
    alert: {
      open: (alert) =>
        `Broker ${en.subject(alert)} uses ${en.plural(alert.value, "deprecated feature")}${part(named(alert, "deprecated"), (names) => `: ${names}`)}`,
      cleared: (alert) => `Broker ${en.subject(alert)} uses no deprecated feature`,
    },
  },
  zhCN: {
    title: "使用了已弃用的功能",
    summary: "客户端使用了 RabbitMQ 后续版本将移除的功能。",
    why: "升级后声明会失败或节点无法启动，升级者需要事先知道。",
    cause: "非独占的临时队列、经典镜像队列、全局预取或管理统计，由早于该变更的程序声明。",
    next: "逐一查阅下一版本的发行说明；修改声明它们的程序，并删除遗留的队列。若不打算升级，请关闭本规则。",
    alert: {
      open: (alert) =>
        `broker ${zh.subject(alert)} 使用了${zh.some(alert.value, "个已弃用的功能")}${part(named(alert, "deprecated"), (names) => `：${names}`)}`,
      cleared: (alert) => `broker ${zh.subject(alert)} 没有使用已弃用的功能`,
    },
  },
});
