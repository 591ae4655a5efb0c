import { renderReason } from "@/lib/base/messages/render-reason";
import {
  durationParts,
  measured,
  named,
  number,
  part,
  reasonInWords,
  reasonOf,
  type SentenceInput,
  type SpanUnit,
  steepness,
  subjectOf,
} from "@/lib/base/messages/sentence/facts";
import { clients } from "@/lib/base/messages/zh-CN/clients";
import { jobs as jobTexts } from "@/lib/base/messages/zh-CN/jobs";

const subject = (alert: SentenceInput): string => subjectOf(alert) ?? "全部";

const UNITS: Readonly<Record<SpanUnit, string>> = { s: "秒", min: "分", h: "小时", d: "天" };

/** "41 秒"、"2 分 10 秒"、"5 分钟". */
function duration(seconds: number): string {
  const [[large, unit], small] = durationParts(seconds);
  if (small === undefined) return `${large} ${unit === "min" ? "分钟" : UNITS[unit]}`;
  return `${large} ${UNITS[unit]} ${small[0]} ${UNITS[small[1]]}`;
}

/** With its measure word, such as "3 个任务". */
const count = (value: number, things: string): string => `${number(value)} ${things}`;

/** The same behind a Chinese word: with the space before a number, and without one where the number is not known. */
const some = (value: number | null, things: string): string =>
  value === null ? `若干${things}` : ` ${count(value, things)}`;

/** The value of rules whose signal is a duration. */
const held = ({ value }: SentenceInput): string => duration(value ?? 0);

const reason = (alert: SentenceInput): string | null => reasonInWords(alert, clients.reason);

const lastEnd = (alert: SentenceInput): string => part(reason(alert), (why) => `，上次断开：${why}`);

const because = (input: SentenceInput): string =>
  part(reasonOf(input), (reason) => `：${renderReason(reason, "zh-CN")}`);

/** The alarms that block publishers. */
function alarm(alert: SentenceInput): string {
  const [memory, disk] = [named(alert, "memoryAlarm"), named(alert, "diskAlarm")];
  const alarms = [
    part(memory, (nodes) => `内存告警（${nodes}）`),
    part(disk, (nodes) => `磁盘告警（${nodes}）`),
  ].filter((text) => text !== "");
  return alarms.length === 0 ? "" : `：${alarms.join("、")}`;
}

const waiting = (alert: SentenceInput): string =>
  part(measured(alert, "waiting"), (jobs) => `${count(jobs, "个任务")}在等待`, "有任务在等待");

const slope = (perMinute: number): string => `每分钟${perMinute < 0 ? "下降" : "上升"} ${steepness(perMinute)}`;

const unlessDisconnected = (alert: SentenceInput, text: string): string =>
  `${subject(alert)} ${alert.context.sessionsOpen === 0 ? "已不再连接" : text}`;

/** The messages that wait in the queues of a client, and how many did when its trouble began. */
function backlog(alert: SentenceInput): string {
  const [ready, before] = [measured(alert, "ready"), measured(alert, "readyBefore")];
  if (ready === null || ready === 0) return "";
  return `；有 ${count(ready, "条消息")}在等待${before === null ? "" : `（开始时 ${number(before)} 条）`}`;
}

/** A client that is not expected back. */
const departed = (alert: SentenceInput): string =>
  alert.context.reason === "client-closed" || alert.context.reason === "forced"
    ? `${subject(alert)} 已主动断开${part(reason(alert), (why) => `（${why}）`)}`
    : `${subject(alert)} 已离开一天，不再等待其恢复`;

/** What is known of products that come back without their consumer (issues of RoadRunner and aio-pika). */
function restartAdvice(alert: SentenceInput): string {
  const { product, platform } = alert.context;
  if (product === "aiormq") return "请重启它；aio-pika 9.4.1 之前的版本需要升级";
  if (platform !== "golang") return "请重启它";
  const lacks = measured(alert, "channels") === 2 ? "（现有 2 个通道，RoadRunner 消费时有 3 个）" : "";
  return `请重启它${lacks}；RoadRunner 2025.1 之前的版本需要升级`;
}

/** Pipelines that the broker shows as disconnected or idle. */
const pipelines = (alert: SentenceInput): string =>
  part(named(alert, "pipelines"), (names) => `；broker 一侧看到异常的管道：${names}`);

const asClient = (alert: SentenceInput): string => part(named(alert, "client"), (name) => `（客户端 ${name}）`);

const CAUSES: ReadonlyMap<string, string> = new Map(Object.entries(jobTexts.jobs.cause));

/** The cause of a backlog, where the table shows one; the catalogue says that it is inferred. */
const cause = (alert: SentenceInput): string =>
  part(CAUSES.get(named(alert, "cause") ?? "") ?? null, (text) => `：${text}`);

const holding = (alert: SentenceInput): string =>
  part(measured(alert, "jobsRunning"), (jobs) => `，持有 ${count(jobs, "个任务")}`);

/** The phrases that Chinese sentences about alerts share. */
export const zh = {
  alarm,
  asClient,
  backlog,
  because,
  cause,
  count,
  departed,
  duration,
  held,
  holding,
  lastEnd,
  pipelines,
  reason,
  restartAdvice,
  slope,
  some,
  subject,
  unlessDisconnected,
  waiting,
};
