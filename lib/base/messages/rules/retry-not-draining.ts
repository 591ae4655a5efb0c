import { ruleTexts } from "@/lib/base/messages/rule-texts";
import { en } from "@/lib/base/messages/sentence/en";
import { measured, number, part, unrunRetries } from "@/lib/base/messages/sentence/facts";
import { zh } from "@/lib/base/messages/sentence/zh-CN";

export const retryNotDraining = ruleTexts({
  en: {
    title: "Retries do not drain",
    summary: "Due retries have not become fewer for five minutes or more.",
    why: "They will not go away by waiting: something keeps them from being taken, or they fail as fast as they are.",
    cause:
      "No worker takes them, fresh jobs are served before them, or each attempt fails with the same error. The alert says which the table shows.",
    next: "Follow the cause in the alert; if it names none, look at the newest errors of the source on the jobs page.",
    alert: {
      open: (alert) => {
        const due = part(measured(alert, "due"), (n) => en.plural(n, "due retry", "due retries"), "due retries");
        return `${en.subject(alert)}: ${due} not draining for ${en.held(alert)}${en.cause(alert)}`;
      },
      cleared: (alert) => {
        const unrun = unrunRetries(alert);
        if (unrun === null) return `${en.subject(alert)}: due retries are draining again`;
        const retries = en.plural(unrun.count, "due retry", "due retries");
        return `${en.subject(alert)}: ${unrun.failed ? `${retries} failed for good` : `the rows of ${retries} were deleted`}; they have not drained`;
      },
    },
    row: "{due} due retries have not become fewer for {stalled}",
    inSystem: {
      bitmagnet:
        "Where one error makes nearly all failures and it is TMDB: use a personal key, or set tmdb.enabled=false. Do not delete all retries.",
    },
    remedies: {
      bitmagnetStarved:
        "Bitmagnet takes retries only when nothing pending is due: let the crawler rest until the pending ones are done",
      bitmagnetOneError:
        "one error makes nearly all failures; where it is TMDB, use a personal key or set tmdb.enabled=false",
      starved: "fresh jobs are served before retries: add workers, or give retries a queue of their own",
      oneError: "one error makes nearly all failures: see what it depends on",
    },
  },
  zhCN: {
    title: "重试没有减少",
    summary: "到期的重试已有五分钟或更久没有减少。",
    why: "等待不会使它们消失：有东西妨碍它们被领取，或它们失败得与领取一样快。",
    cause: "没有 worker 领取、新任务先被处理，或每次尝试都因同一错误失败。告警会写明表中显示的是哪一种。",
    next: "按告警中的原因处理；若没有写明，请在任务页面查看该来源最新的错误。",
    alert: {
      open: (alert) => {
        const due = part(measured(alert, "due"), (n) => zh.count(n, "个到期重试"), "到期重试");
        return `${zh.subject(alert)}：${due}已有 ${zh.held(alert)}没有减少${zh.cause(alert)}`;
      },
      cleared: (alert) => {
        const unrun = unrunRetries(alert);
        if (unrun === null) return `${zh.subject(alert)}：到期重试又在减少`;
        const retries = `${number(unrun.count)} 个到期重试`;
        return `${zh.subject(alert)}：${unrun.failed ? `${retries}最终失败` : `${retries}的行已被删除`}，并非正常处理完`;
      },
    },
    row: "{due} 个到期重试已有 {stalled} 没有减少",
    inSystem: {
      bitmagnet: "若几乎所有失败都是同一个 TMDB 错误：请使用个人密钥，或设置 tmdb.enabled=false。不要删除全部重试。",
    },
    remedies: {
      bitmagnetStarved: "Bitmagnet 只在没有到期的 pending 时才处理重试：让爬虫停一停，直到 pending 处理完",
      bitmagnetOneError: "几乎所有失败都是同一个错误；若是 TMDB，请使用个人密钥，或设置 tmdb.enabled=false",
      starved: "新任务先于重试被处理：增加 worker，或给重试单独的队列",
      oneError: "几乎所有失败都是同一个错误：查看它依赖什么",
    },
  },
});
