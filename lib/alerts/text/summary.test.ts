import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { MESSAGES } from "@/lib/alerts/catalogue/messages";
import type { Condition } from "@/lib/alerts/model/condition";
import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { sentenceOf, summarise, together } from "@/lib/alerts/text/summary";
import { reason } from "@/lib/base/messages/reason";
import type { Context } from "@/lib/base/messages/sentence/context";

/** What readings carry, with numbers that show; names are one letter, so that they are no word of any language. */
const SEEN: Context = {
  ...{ silenceSeconds: 41, timeoutSeconds: 60, closeInFromSeconds: 60, closeInToSeconds: 79, sessionsOpen: 2 },
  ...{ reason: "connection-lost", endedMs: 0, wentMs: 0, nowMs: 310_000, went: 50, back: 47, missing: "x, y" },
  ...{ missingMore: 3, ready: 7, queues: "q", consumers: 0, consumersExpected: 2, channels: 2, gapSeconds: 5 },
  ...{ publishedSeconds: 0, unacked: 10, usually: 3, memoryAlarm: "n", diskAlarm: "m", nodes: "n", waiting: 12 },
  ...{ memoryUsed: 2 ** 31, memoryLimit: 2 ** 32, diskFree: 2 ** 30, diskLimit: 2 ** 29, descriptorsUsed: 900 },
  ...{
    descriptorsLimit: 1_024,
    resource: "sockets",
    used: 80,
    limit: 100,
    partitioned: "n",
    publishers: "c",
    churning: "c",
  },
  ...{ listeners: "n", deprecated: "f", disabledFlags: "f" },
  ...{ members: 3, membersDown: 1, clients: "c, d", from: "q", perMinute: 40 },
  ...{ due: 40, later: 2, oldestDueSeconds: 7_260, conflicts: 8, updates: 10, rollbacks: 11, windowSeconds: 300 },
  ...{ limitSeconds: 180, jobsRunning: 1, missingSeconds: 130, present: 3, expected: 5, pipelines: "p", client: "c" },
};
/** Each remedy that a rule knows hangs on one of these. */
const PRODUCTS: readonly Context[] = [
  ...["bitmagnet", "peertube", "kyoo", "roadrunner", "faststream", "river", "oban", "laravel", "sql"].flatMap((kind) =>
    ["conflict", "not-taken", "starved", "one-error"].map((cause) => ({ kind, cause })),
  ),
  ...["graphile-worker", "procrastinate", "solid-queue", "good-job"].map((kind) => ({ kind })),
  ...["job-not-updated", "progress-unchanged", "completing-too-long"].map((because) => ({ kind: "peertube", because })),
  { kind: "kyoo", leader: "absent" },
  { product: "aiormq" },
  { product: "Pika Python Client Library" },
  { platform: "golang" },
];

const OUTCOMES = ["open", "cleared", "gone", "no-rule"] as const;

const inputOf = (rule: string, of: Partial<SummaryInput> = {}): SummaryInput => ({
  ...{ rule, signal: "queue.ready", labels: { broker: "b" }, value: 3, threshold: 1, context: {} },
  ...{ outcome: "open", lastedMs: 65_000, ...of },
});

/** What of a Chinese sentence may be Latin: names of products and of what they know, and codes such as a rule's id. */
const NAMES: readonly string[] = [
  ...["Erlang", "GiB", "shovel", "x-death", "mandatory"],
  ...["Lastbeat", "broker", "webhook", "runner", "leader", "worker", "supervisor", "socket", "URL", "LISTEN"],
  ...[
    "Bitmagnet",
    "PeerTube",
    "Kyoo",
    "RoadRunner",
    "FastStream",
    "River",
    "Oban",
    "Laravel",
    "Solid Queue",
    "GoodJob",
  ],
  ...["Graphile Worker", "TMDB", "VOD", "ffmpeg", "Lifeline", "aio-pika", "aiormq", "JobTimeout", "forceUnlockWorkers"],
  ...[
    "pending",
    "retry",
    "queue",
    "status",
    "priority",
    "run_after",
    "id",
    "durable",
    "IncorrectState",
    "true",
    "false",
    "amqp.heartbeat",
  ],
  ...["heartbeat", "tmdb.enabled", "queue_server", "pg_stat_activity", "remote_runners.stalled_jobs", "river_leader"],
  ...["get_stalled_jobs", "retry_after", "redial_timeout", "amqp.addr", "status.address", "/jobs", "300s"],
];
const LATIN = new RegExp(
  [...NAMES, ...BUILT_IN_RULES.map(({ id }) => id)]
    .toSorted((a, b) => b.length - a.length)
    .map((name) => `(?<![a-z])${name.replace(/[.*+?^$()|[\]\\/]/g, "\\$&")}(?![a-z])`)
    .join("|"),
  "gi",
);
const foreign = (sentence: string): string[] => sentence.replace(LATIN, "").match(/[a-z]{2,}/gi) ?? [];

describe.each(BUILT_IN_RULES.map(({ id }) => id))("%s", (rule) => {
  // Of a runner the reason is a code; of what cannot be seen it is a sentence.
  const products = PRODUCTS.filter((product) => product.because === undefined || rule.startsWith("runner-"));
  const contexts = [{}, SEEN, { ...SEEN, sessionsOpen: 0 }, ...products.map((product) => ({ ...SEEN, ...product }))];

  test.each(OUTCOMES)("is said in Chinese without an English word when it is %s", (outcome) => {
    const summaries = contexts.flatMap((context) =>
      [null, 0, 1, 12_345].map((value) => summarise(inputOf(rule, { outcome, context, value }), "zh-CN")),
    );
    for (const summary of new Set(summaries)) {
      expect(foreign(summary), summary).toEqual([]);
      expect(summary).toMatch(/\p{Script=Han}/u);
      expect(summary, "no half-width mark between Chinese words").not.toMatch(/\p{Script=Han} ?[,;:!()]/u);
      expect(summary).not.toMatch(/undefined|null|NaN| {2}|[，；：。] |[，；：。]{2}/);
    }
  });

  test.each(OUTCOMES)("is said in English without a Chinese one when it is %s", (outcome) => {
    for (const summary of new Set(contexts.map((context) => summarise(inputOf(rule, { outcome, context }), "en")))) {
      expect(summary).not.toMatch(/\p{Script=Han}|undefined|null|NaN| {2}|[，；：。（）]/u);
    }
  });

  test("says in both languages what was seen: the same numbers", () => {
    const numbers = (summary: string) =>
      (summary.match(/\d[\d,.]*/g) ?? []).map((n) => n.replace(/[,.]$/, "")).toSorted();
    const open = (locale: "en" | "zh-CN") => summarise(inputOf(rule, { context: SEEN, value: 3 }), locale);
    expect(new Set(numbers(open("zh-CN")))).toEqual(new Set(numbers(open("en"))));
  });

  test("has a sentence of its own, and not the one of a rule that nobody knows", () => {
    for (const locale of ["en", "zh-CN"] as const) {
      expect(summarise(inputOf(rule), locale)).not.toContain(rule);
      expect(summarise(inputOf(rule, { outcome: "cleared" }), locale)).not.toContain(rule);
    }
  });
});

const late = { name: "scanner@media", silenceSeconds: 41, timeoutSeconds: 60, closeInToSeconds: 79 };
const HOUR_MS = 3_600_000;
const rate: Condition = { kind: "rate", overMs: HOUR_MS };
const forecast: Condition = { kind: "forecast", withinMs: 4 * HOUR_MS, overMs: HOUR_MS };

test.each<[string, Partial<SummaryInput>, string]>([
  ["heartbeat-late", { context: late }, "scanner@media 已静默 41 秒（超时 60 秒），broker 约 79 秒后将关闭它（推断）"],
  [
    "heartbeat-late",
    { context: { ...late, silenceSeconds: 130, closeInToSeconds: -3, product: "Pika Python Client Library" } },
    `scanner@media 已静默 2 分 10 秒（超时 60 秒），broker 即将关闭它（推断）；${MESSAGES["zh-CN"].remedies.pikaLate}`,
  ],
  ["heartbeat-late", { value: null }, "b 已错过心跳（推断）"],
  ["heartbeat-late", { outcome: "cleared", context: late }, "scanner@media 的心跳已恢复，历时 65 秒"],
  [
    "heartbeat-late",
    { outcome: "cleared", context: { ...late, sessionsOpen: 1, backAfterSeconds: 24 } },
    "scanner@media 已恢复连接（断开了 24 秒），历时 65 秒",
  ],
  [
    "heartbeat-late",
    { context: { ...late, phase: "disconnected", sessionsOpen: 0, reason: "heartbeat", awaySeconds: 16 } },
    "scanner@media 在 16 秒前因错过心跳被 broker 断开，尚未恢复连接",
  ],
  ["client-flapping", { context: { reason: "heartbeat" } }, "b 最近 10 分钟内重连 3 次，上次断开：心跳丢失"],
  [
    "client-lost",
    { context: { reason: "connection-lost", endedMs: 0, nowMs: 310_000 } },
    "b 没有回来，已消失 5 分 10 秒，上次断开：连接中断（推断）",
  ],
  [
    "clients-not-back",
    { context: SEEN },
    "b 于 5 分 10 秒前中断后，x, y 及另外 3 个客户端没有回来；50 个中已恢复 47 个（推断）",
  ],
  ["client-blocked", { value: 90, context: { memoryAlarm: "n@1" } }, "b 被阻止发布，已持续 90 秒：内存告警（n@1）"],
  [
    "retry-backlog",
    { value: 12_345, context: { kind: "bitmagnet", cause: "starved", oldestDueSeconds: 7_260 } },
    `b 有 12,345 个重试已到期，最早的已等 2 小时 1 分：${MESSAGES["zh-CN"].jobs.cause.starved}；${MESSAGES["zh-CN"].remedies.bitmagnetStarved}`,
  ],
  ["runners-short", { context: { present: 3, expected: 5 }, value: 2 }, "b 缺少 2 个 runner：应有 5 个，在线 3 个"],
  [
    "source-unreachable",
    { context: { kind: "roadrunner", because: reason("connectionRefused", { address: "db:5432" }) } },
    `Lastbeat 读不到 b：db:5432 拒绝连接；${MESSAGES["zh-CN"].remedies.roadrunnerUnreachable}`,
  ],
  ["broker-unreachable", { context: { because: "odd words" } }, "Lastbeat 看不到 broker b：odd words"],
  ["client-lost", { outcome: "gone" }, "b 已不存在；client-lost 持续了 65 秒"],
  ["mine", { value: 1.234 }, "b：mine，当前为 1.23，阈值 1"],
  ["mine", { labels: {}, value: null }, "全部：mine，阈值 1"],
  ["mine", { outcome: "cleared", value: 0 }, "b：mine 已结束，当前为 0，历时 65 秒"],
  ["mine", { outcome: "no-rule" }, "b：不再监测 mine（已持续 65 秒），因为该对象或规则已不在配置中"],
  ["mine", { condition: rate, value: -0.0123 }, "b：mine，queue.ready 在 1 小时内每分钟下降 0.012，阈值 1"],
  [
    "mine",
    { condition: forecast, threshold: 100, context: { valueNow: 40, slopePerMinute: 2 } },
    "b：mine，queue.ready 约 30 分钟后达到 100：当前 40，每分钟上升 2（推断）",
  ],
  ["mine", { condition: forecast, value: 9 }, "b：mine，queue.ready 4 小时后将为 9，阈值 1（推断）"],
  ["mine", { condition: { kind: "absent" }, value: 90 }, "b：mine，queue.ready 已有 90 秒没有测得，尽管一直在查看"],
  ["mine", { condition: { kind: "absent" }, outcome: "cleared" }, "b：queue.ready 又能测得，历时 65 秒"],
  ["toString", {}, "b：toString，当前为 3，阈值 1"],
])("%s in Chinese: %j", (rule, of, summary) => expect(summarise(inputOf(rule, of), "zh-CN")).toBe(summary));

describe("an alert", () => {
  const alert = { rule: "client-lost", labels: { client: "x" }, value: 1, threshold: 1, summary: "x is not back" };
  const facts = { context: {}, outcome: "open", lastedMs: 0 } as const;
  test("is said in the reader's language of its facts; its English stands as it was said", () => {
    expect(sentenceOf({ ...alert, facts }, "zh-CN")).toBe("x 没有回来（推断）");
    expect(sentenceOf({ ...alert, facts }, "en")).toBe("x is not back");
  });
  test("of an older version has no facts, and stays English", () =>
    expect(sentenceOf({ ...alert, facts: null }, "zh-CN")).toBe("x is not back"));
  test("told with others is told with their number", () =>
    expect(together(23, "broker=main", "甲", "zh-CN")).toBe("同时有 23 条告警（broker=main），例如：甲"));
});
