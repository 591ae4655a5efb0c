import { type Matcher, matchesAll } from "@/lib/alerts/matchers/matcher";
import type { Alert } from "@/lib/alerts/model/alert";
import { type Recurring, type RecurringSpan, spansFrom } from "@/lib/base/time/recurring";

/** A time in which matching alerts are judged and shown, and nothing of them is sent. Instants are epoch ms. */
export interface SilenceWindow {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly comment: string;
  /** Who made it; for one of the file its path there. */
  readonly by: string;
  readonly origin: "file" | "page";
  readonly createdMs: number;
  readonly fromMs: number;
  /** null for ever: only what recurs, and so ends each time, may have no end. */
  readonly untilMs: number | null;
  /** Within its time the window stands only in these spans: a maintenance window. null: all of the time. */
  readonly recurring: Recurring | null;
}

/** The present span of each window, if any, and its next ones; none when it has ended. */
export type Calendar = ReadonlyMap<string, Entry>;

interface Entry {
  readonly window: SilenceWindow;
  readonly spans: readonly RecurringSpan[];
  readonly reckonedMs: number;
}

/** A window that stands now, and until when it does. */
export interface ActiveWindows {
  readonly window: SilenceWindow;
  readonly untilMs: number;
}

/**
 * The calendar at `nowMs`, from the one before: a fold, since finding a span takes milliseconds (cron-parser 5.10.5,
 * measured) and every tick asks. A span is reckoned anew once it is over, its window was edited, or the clock went back.
 */
export function calendarAt(before: Calendar, windows: readonly SilenceWindow[], nowMs: number): Calendar {
  return new Map(
    windows.map((window) => {
      const known = before.get(window.id);
      const untilMs = known?.spans[0]?.untilMs ?? Number.POSITIVE_INFINITY;
      const holds = known?.window === window && known.reckonedMs <= nowMs && nowMs < untilMs;
      return [window.id, holds ? known : { window, spans: windowSpans(window, nowMs), reckonedMs: nowMs }];
    }),
  );
}

/** How many spans of a maintenance window are told ahead. */
const SPANS_TOLD = 3;

/** The span in which a window stands at `nowMs`, if it does, and the next ones; none when it has ended. */
export function windowSpans(window: SilenceWindow, nowMs: number): readonly RecurringSpan[] {
  const untilMs = window.untilMs ?? Number.POSITIVE_INFINITY;
  if (nowMs >= untilMs) return [];
  if (window.recurring === null) return [{ fromMs: window.fromMs, untilMs }];
  return spansFrom(window.recurring, Math.max(nowMs, window.fromMs), SPANS_TOLD)
    .filter((span) => span.fromMs < untilMs)
    .map((span) => ({ fromMs: Math.max(span.fromMs, window.fromMs), untilMs: Math.min(span.untilMs, untilMs) }));
}

export const activeWindowsAt = (calendar: Calendar, nowMs: number): readonly ActiveWindows[] =>
  [...calendar.values()].flatMap(({ window, spans: [span] }) =>
    span !== undefined && span.fromMs <= nowMs && nowMs < span.untilMs ? [{ window, untilMs: span.untilMs }] : [],
  );

/** Of the windows that mute an alert, the one that does so longest; null when it may be told. */
export function silencedBy(alert: Alert, standing: readonly ActiveWindows[]): ActiveWindows | null {
  if (standing.length === 0) return null;
  const labels = labelsOf(alert);
  const matching = standing.filter(({ window }) => matchesAll(window.matchers, labels));
  return matching.toSorted((a, b) => b.untilMs - a.untilMs || (a.window.id < b.window.id ? -1 : 1))[0] ?? null;
}

/** What matchers see of an alert: its labels, and `rule` and `severity` beside them. */
export const labelsOf = ({ labels, rule, severity }: Alert): Readonly<Record<string, string>> => ({
  ...labels,
  rule,
  severity,
});
