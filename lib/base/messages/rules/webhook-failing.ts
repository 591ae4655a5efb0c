import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const webhookFailing = ruleTexts({
  en: {
    title: "Webhook refuses or does not answer",
    summary: "Every attempt at this webhook has failed for five minutes.",
    why: "Alerts for it wait. Whoever watches only there believes that all is well.",
    cause: "The receiver is down or slow, its address or token changed, or a proxy stands between.",
    next: "Read the answers on the page Deliveries, then send a test from there. What waits is sent in order once it accepts; after an hour it is still there.",
    alert: {
      open: (alert) => {
        const waiting = measured(alert, "waiting") ?? 0;
        const delayed = waiting === 0 ? "" : `; ${en.plural(waiting, "delivery", "deliveries")} wait`;
        return `Webhook ${en.subject(alert)} has accepted nothing for ${en.held(alert)}${delayed}`;
      },
      cleared: (alert) => `Webhook ${en.subject(alert)} accepts again`,
    },
  },
  zhCN: {
    title: "Webhook 拒绝或没有回答",
    summary: "五分钟以来，对此 webhook 的每次尝试都失败了。",
    why: "发往它的告警在等待。只看那里的人会以为一切正常。",
    cause: "接收端宕机或过慢，地址或令牌已更改，或中间有代理。",
    next: "在“投递”页查看回答，然后在那里发送测试。它重新接受后，等待的内容会按顺序发送；一小时后仍然在。",
    alert: {
      open: (alert) => {
        const waiting = measured(alert, "waiting") ?? 0;
        const delayed = waiting === 0 ? "" : `；${zh.count(waiting, "个投递")}在等待`;
        return `webhook ${zh.subject(alert)} 已有 ${zh.held(alert)}没有接受任何投递${delayed}`;
      },
      cleared: (alert) => `webhook ${zh.subject(alert)} 已恢复接受`,
    },
  },
});
