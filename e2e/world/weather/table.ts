import { SECOND } from "../../../lib/base/time/duration.ts";
import type { WeatherFailure } from "./failures.ts";

export const TOO_LATE = "too late";
export const RESOLVED_TOO_LATE = "resolved too late";

/** What one Lastbeat made of one failure. */
export interface Outcome {
  readonly observer: string;
  /** After its beginning; null: never. */
  readonly reportedMs: number | null;
  /** After its end; null: not in time. */
  readonly resolvedMs: number | null;
  /** Notifications that an alert fires, or that it got worse. */
  readonly notifications: number;
  /** Incidents: what a chat or a pager gets one message for. */
  readonly pages: number;
  /** Of these, repetitions without news. */
  readonly repeated: number;
  /** null: it was reported as promised. */
  readonly fault: string | null;
}

export interface Result {
  readonly failure: WeatherFailure;
  readonly beganMs: number;
  readonly overMs: number;
  readonly outcomes: readonly Outcome[];
}

export interface CalmRow {
  readonly title: string;
  /** False pages and findings of each observer. */
  readonly wrong: readonly number[];
}

/** The table of the README, as Markdown. A cell with two values: with `amqpUrl`, and without. */
export function markdown(rows: readonly CalmRow[], results: readonly Result[]): string {
  const head = ["failure", "promised", "reported after", "resolved after", "pages", "wrong"];
  const calm = rows.map(({ title, wrong }) => [title, "nothing", "", "", "", both(wrong.map(String))]);
  const failed = results.map(({ failure, outcomes }) => [
    failure.title,
    both([failure, ...(failure.polled === undefined ? [] : [failure.polled])].map(promiseOf)),
    both(outcomes.map(({ reportedMs }) => seconds(reportedMs))),
    both(outcomes.map(({ resolvedMs }) => seconds(resolvedMs))),
    both(outcomes.map(({ pages }) => String(pages))),
    both(outcomes.map(({ fault, repeated }) => fault ?? String(repeated))),
  ]);
  return layOut([head, ...calm, ...failed]);
}

const promiseOf = ({ promise, withinMs }: Pick<WeatherFailure, "promise" | "withinMs">): string =>
  `${promise}: ${seconds(withinMs)}`;

const both = (cells: readonly string[]): string => (new Set(cells).size === 1 ? (cells[0] ?? "") : cells.join(" / "));

const seconds = (ms: number | null): string => (ms === null ? "never" : `${Math.round(ms / SECOND)} s`);

function layOut(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  const line = (cells: readonly string[], fill = " "): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...others] = rows;
  const rule = line(
    head.map(() => ""),
    "-",
  );
  return [line(head), rule, ...others.map((row) => line(row))].join("\n");
}
