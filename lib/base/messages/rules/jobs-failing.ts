import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, part, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

const errorOf = ({ context }: SentenceInput): string | null =>
  typeof context.errorGroup === "string" && context.errorGroup !== "" ? context.errorGroup : null;

export const jobsFailing = ruleTexts({
  en: {
    title: "Jobs fail for good",
    summary: "Ten or more jobs of a queue, a tenth of those that finished or more, failed for good within ten minutes.",
    why: "They are not tried again: their work is lost unless someone enqueues it again.",
    cause: "Something that all of them need is down or refuses them: an API, a database, a key that has expired.",
    next: "Read the error that most of them have, fix its cause, and enqueue the failed jobs again.",
    alert: {
      open: (alert) => {
        const share = part(measured(alert, "sharePercent"), (n) => ` (${n} % of those that finished)`);
        const error = errorOf(alert);
        const failed = en.plural(alert.value ?? 0, "job");
        return `${en.subject(alert)}: ${failed} failed for good within 10 min${share}${error === null ? "" : `, most with "${error}"`}`;
      },
      cleared: (alert) => `${en.subject(alert)}: at most a few jobs have failed in the last 10 min`,
    },
    line: "jobs have failed for good since {clock}",
    row: "many jobs have failed for good in the last ten minutes",
    inSystem: {
      bitmagnet:
        "max_retries is 2 for its classifier, so an outage of TMDB ends in failed jobs within two minutes. Set your own tmdb.api_key, or tmdb.enabled: false where TMDB cannot be reached; then run reprocess.",
    },
    remedies: {
      jobsFailing: "read the error that most of them have, fix its cause, and enqueue the failed jobs again",
      bitmagnetTmdb:
        "TMDB does not answer Bitmagnet: see whether api.themoviedb.org is reachable from there, set your own tmdb.api_key, or set tmdb.enabled: false; then run reprocess",
    },
  },
  zhCN: {
    title: "任务彻底失败",
    summary: "某队列十分钟内有十个或更多任务彻底失败，占已结束任务的十分之一或更多。",
    why: "这些任务不会再重试：除非重新入队，否则工作就丢失了。",
    cause: "它们共同依赖的某个服务不可用或拒绝请求：API、数据库，或已失效的密钥。",
    next: "查看多数任务的错误，修复其原因，然后把失败的任务重新入队。",
    alert: {
      open: (alert) => {
        const share = part(measured(alert, "sharePercent"), (n) => `（占已结束任务的 ${n}%）`);
        const error = errorOf(alert);
        const failed = zh.count(alert.value ?? 0, "个任务");
        return `${zh.subject(alert)} 在 10 分钟内有 ${failed}彻底失败${share}${error === null ? "" : `，多数错误为“${error}”`}`;
      },
      cleared: (alert) => `${zh.subject(alert)}：最近 10 分钟内最多只有零星任务失败`,
    },
    line: "自 {clock} 起有任务彻底失败",
    row: "最近十分钟有大量任务彻底失败",
    inSystem: {
      bitmagnet:
        "其分类任务的 max_retries 为 2，因此 TMDB 故障会在两分钟内变成失败任务。请设置自己的 tmdb.api_key；若无法访问 TMDB，请设置 tmdb.enabled: false；然后运行 reprocess。",
    },
    remedies: {
      jobsFailing: "查看多数任务的错误，修复其原因，然后把失败的任务重新入队",
      bitmagnetTmdb:
        "TMDB 没有回应 Bitmagnet：请确认从那里能访问 api.themoviedb.org，设置自己的 tmdb.api_key，或设置 tmdb.enabled: false；然后运行 reprocess",
    },
  },
});
