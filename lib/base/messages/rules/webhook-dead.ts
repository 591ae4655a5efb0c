import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const webhookDead = ruleTexts({
  en: {
    title: "Deliveries that were given up",
    summary: "Deliveries to this webhook were retried until their time limit, or refused for good.",
    why: "Nobody has read these alerts, and nothing sends them again by itself.",
    cause: "The receiver was away for longer than deliveries are tried, answered 410, or refuses the message itself.",
    next: "Mend the receiver, then send the dead deliveries again, one by one or all, on the page Deliveries: each keeps its webhook-id.",
    alert: {
      open: (alert) => {
        const dead = en.plural(alert.value ?? 0, "delivery", "deliveries");
        return `${dead} to webhook ${en.subject(alert)} ${alert.value === 1 ? "was" : "were"} given up and can be replayed`;
      },
      cleared: (alert) => `No delivery to webhook ${en.subject(alert)} is given up any more`,
    },
  },
  zhCN: {
    title: "已放弃的投递",
    summary: "此 webhook 的投递已尝试到期限，或被永久拒绝。",
    why: "没有人读到这些告警，也不会自动重发。",
    cause: "接收端离开的时间超过了投递的尝试期限，回答了 410，或拒绝消息本身。",
    next: "修好接收端，然后在“投递”页逐个或全部重发：每个投递保留其 webhook-id。",
    alert: {
      open: (alert) =>
        `发往 webhook ${zh.subject(alert)} 的 ${zh.count(alert.value ?? 0, "个投递")}已被放弃，可以重新投递`,
      cleared: (alert) => `发往 webhook ${zh.subject(alert)} 的投递不再有被放弃的`,
    },
  },
});
