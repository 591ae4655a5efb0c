import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, number, part, unrunRetries } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const retryBacklog = ruleTexts({
  en: {
    title: "Retries pile up",
    summary: "More retries are due than the limit, for five minutes.",
    why: "What failed once is not tried again in time, and a backlog slows many job tables down by itself.",
    cause: "Workers are too few or busy with fresh jobs, or whatever the jobs depend on fails.",
    next: "See on the jobs page which error most of them have and whether they drain; mend what they depend on before adding workers.",
    alert: {
      open: (alert) => {
        const waited = part(measured(alert, "oldestDueSeconds"), (s) => `, the oldest for ${en.duration(s)}`);
        return `${en.subject(alert)} has ${en.plural(alert.value, "retry", "retries")} due${waited}${en.cause(alert)}`;
      },
      cleared: (alert) => {
        const unrun = unrunRetries(alert);
        if (unrun === null) return `${en.subject(alert)} is down to ${en.plural(alert.value, "retry", "retries")} due`;
        const retries = en.plural(unrun.count, "due retry", "due retries");
        return `${en.subject(alert)}: ${unrun.failed ? `${retries} failed for good` : `the rows of ${retries} were deleted`}; they have not drained`;
      },
    },
    row: "{due} retries due, the oldest for {oldest}",
    inSystem: {
      bitmagnet:
        "A retry due for more than five minutes is never normal. Bitmagnet 0.10 takes retries only when nothing pending is due, and its pick sorts all due rows: a backlog slows itself down.",
    },
  },
  zhCN: {
    title: "重试堆积",
    summary: "到期的重试超过上限已有五分钟。",
    why: "失败过的任务没有及时重试；许多任务表还会因积压本身而变慢。",
    cause: "worker 太少或忙于新任务，或任务所依赖的东西出错。",
    next: "在任务页面查看多数重试是什么错误、是否在减少；先修好所依赖的东西，再增加 worker。",
    alert: {
      open: (alert) => {
        const waited = part(measured(alert, "oldestDueSeconds"), (s) => `，最早的已等 ${zh.duration(s)}`);
        return `${zh.subject(alert)} 有${zh.some(alert.value, "个重试")}已到期${waited}${zh.cause(alert)}`;
      },
      cleared: (alert) => {
        const unrun = unrunRetries(alert);
        if (unrun === null) return `${zh.subject(alert)} 的到期重试已降到${zh.some(alert.value, "个")}`;
        const retries = `${number(unrun.count)} 个到期重试`;
        return `${zh.subject(alert)}：${unrun.failed ? `${retries}最终失败` : `${retries}的行已被删除`}，并非正常处理完`;
      },
    },
    row: "{due} 个重试已到期，最早的已等 {oldest}",
    inSystem: {
      bitmagnet:
        "到期超过五分钟的重试绝不正常。Bitmagnet 0.10 只在没有到期的 pending 时才处理重试，且领取时会对所有到期行排序：积压使它自己变慢。",
    },
  },
});
