import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { remedyOf } from "@/lib/alerts/rules/remedy";
import {
  durationParts,
  measured,
  named,
  number,
  part,
  type SpanUnit,
  steepness,
  subjectOf,
} from "@/lib/alerts/text/words";
import { translateReason } from "@/lib/base/messages/because";
import { zhCN } from "@/lib/base/messages/zh-CN";

export const subject = (told: SummaryInput): string => subjectOf(told) ?? "全部";

const UNITS: Readonly<Record<SpanUnit, string>> = { s: "秒", min: "分", h: "小时", d: "天" };

/** "41 秒"、"2 分 10 秒"、"5 分钟". */
export function duration(seconds: number): string {
  const [[large, unit], small] = durationParts(seconds);
  if (small === undefined) return `${large} ${unit === "min" ? "分钟" : UNITS[unit]}`;
  return `${large} ${UNITS[unit]} ${small[0]} ${UNITS[small[1]]}`;
}

/** With its measure word, such as "3 个任务". */
export const count = (value: number, things: string): string => `${number(value)} ${things}`;

/** The same behind a Chinese word: with the space before a number, and without one where the number is not known. */
export const some = (value: number | null, things: string): string =>
  value === null ? `若干${things}` : ` ${count(value, things)}`;

/** For how long it has been so: the value of rules whose signal is a duration. */
export const held = ({ value }: SummaryInput): string => duration(value ?? 0);

/** What to do, after a semicolon; "" where nothing better is known than to look. */
export const remedy = (told: SummaryInput): string =>
  part(remedyOf(told.rule, told.context), (name) => `；${zhCN.remedies[name]}`);

const REASONS: ReadonlyMap<string, string> = new Map(Object.entries(zhCN.reason));

/** Why a session ended; a code this version does not know stays as it is. */
export const reason = (told: SummaryInput): string | null =>
  named(told, "reason") === null ? null : (REASONS.get(named(told, "reason") ?? "") ?? named(told, "reason"));

export const lastEnd = (told: SummaryInput): string => part(reason(told), (why) => `，上次断开：${why}`);

export const because = ({ context }: SummaryInput): string =>
  typeof context.because === "string" ? `：${translateReason("zh-CN", context.because)}` : "";

/** The alarms that stop publishers. */
export function alarm(told: SummaryInput): string {
  const [memory, disk] = [named(told, "memoryAlarm"), named(told, "diskAlarm")];
  const alarms = [
    part(memory, (nodes) => `内存告警（${nodes}）`),
    part(disk, (nodes) => `磁盘告警（${nodes}）`),
  ].filter((one) => one !== "");
  return alarms.length === 0 ? "" : `：${alarms.join("、")}`;
}

export const waiting = (told: SummaryInput): string =>
  part(measured(told, "waiting"), (jobs) => `${count(jobs, "个任务")}在等待`, "有任务在等待");

export const slope = (perMinute: number): string => `每分钟${perMinute < 0 ? "下降" : "上升"} ${steepness(perMinute)}`;
