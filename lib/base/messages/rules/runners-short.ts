import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, number } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const runnersShort = ruleTexts({
  en: {
    title: "Fewer runners than expected",
    summary: "A source has fewer runners than runners.expected in lastbeat.yaml says.",
    why: "Work is done more slowly than planned, and the next failure may leave none.",
    cause: "One did not start or register again, or the number in the file is old.",
    next: "Start the missing ones, or correct runners.expected.",
    alert: {
      open: (alert) => {
        const [present, expected] = [measured(alert, "present"), measured(alert, "expected")];
        const of = present === null || expected === null ? "" : `: ${number(present)} of ${number(expected)} are there`;
        return `${en.subject(alert)} is short of ${en.plural(alert.value, "runner")}${of}`;
      },
      cleared: (alert) => `${en.subject(alert)} has all the runners it should`,
    },
    line: "{n, plural, one {# runner fewer} other {# runners fewer}} than expected",
    source: "fewer runners than expected since {clock}",
  },
  zhCN: {
    title: "runner 少于预期",
    summary: "来源的 runner 少于 lastbeat.yaml 中的 runners.expected。",
    why: "工作比计划的慢，再坏一个可能就一个也不剩。",
    cause: "有的没有启动或没有重新注册，或文件中的数目已过时。",
    next: "启动缺少的 runner，或更正 runners.expected。",
    alert: {
      open: (alert) => {
        const [present, expected] = [measured(alert, "present"), measured(alert, "expected")];
        const of =
          present === null || expected === null ? "" : `：应有 ${number(expected)} 个，在线 ${number(present)} 个`;
        return `${zh.subject(alert)} 缺少${zh.some(alert.value, "个 runner")}${of}`;
      },
      cleared: (alert) => `${zh.subject(alert)} 的 runner 已齐`,
    },
    line: "比预期少 {n, plural, other {# 个 runner}}",
    source: "自 {clock} 起 runner 少于预期",
  },
});
