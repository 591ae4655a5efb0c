import { type Matcher, matcherText, matchesAll } from "@/lib/alerts/matchers/matcher";
import type { Alert } from "@/lib/alerts/model/alert";
import { matchableLabels } from "@/lib/alerts/model/matchable-labels";
import { type Recurring, type RecurringSpan, spansFrom } from "@/lib/base/time/recurring";

/** While it lasts, matching alerts are evaluated and shown, and no notifications are sent. Instants are epoch ms. */
export interface SilenceWindow {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly comment: string;
  /** The person who created it; for a window of the configuration file, its path there. */
  readonly by: string;
  readonly origin: "file" | "page";
  readonly createdMs: number;
  readonly fromMs: number;
  /** null: no end, which only recurring windows may have. */
  readonly untilMs: number | null;
  /** A maintenance window is active only in these spans, between `fromMs` and `untilMs`; null: all of the time. */
  readonly recurring: Recurring | null;
  /**
   * Stored, and not in force: a matcher that this version cannot read. Without it the window would silence more than was
   * meant, so it silences nothing.
   */
  readonly off?: { readonly match: readonly string[]; readonly because: string };
}

/** The matchers of a window as they are written, also those that cannot be read. */
export const matchOfWindow = ({ off, matchers }: SilenceWindow): readonly string[] =>
  off?.match ?? matchers.map(matcherText);

/** By window: its current span, if it has one, and the next ones; none when it has ended. */
export type Calendar = ReadonlyMap<string, CalendarEntry>;

interface CalendarEntry {
  readonly window: SilenceWindow;
  readonly spans: readonly RecurringSpan[];
  readonly computedMs: number;
}

/** A window that is active now, and the end of its current span. */
export interface ActiveWindow {
  readonly window: SilenceWindow;
  readonly untilMs: number;
}

/**
 * The calendar at `nowMs`, derived from the previous one: finding a span takes milliseconds (cron-parser 5.10.5,
 * measured), and every tick needs it. Spans are computed again when the first one has ended, the window was edited, or
 * the clock was set back.
 */
export function calendarAt(before: Calendar, windows: readonly SilenceWindow[], nowMs: number): Calendar {
  return new Map(
    windows.map((window) => {
      const known = before.get(window.id);
      const untilMs = known?.spans[0]?.untilMs ?? Number.POSITIVE_INFINITY;
      const holds = known?.window === window && known.computedMs <= nowMs && nowMs < untilMs;
      return [window.id, holds ? known : { window, spans: windowSpans(window, nowMs), computedMs: nowMs }];
    }),
  );
}

/** The number of spans of a maintenance window that the page shows. */
const SPANS_MAX = 3;

/** The span of a window at `nowMs`, if it is active, and the next ones; none when it has ended. */
export function windowSpans(window: SilenceWindow, nowMs: number): readonly RecurringSpan[] {
  const untilMs = window.untilMs ?? Number.POSITIVE_INFINITY;
  if (nowMs >= untilMs || window.off !== undefined) return [];
  if (window.recurring === null) return [{ fromMs: window.fromMs, untilMs }];
  return spansFrom(window.recurring, Math.max(nowMs, window.fromMs), SPANS_MAX)
    .filter((span) => span.fromMs < untilMs)
    .map((span) => ({ fromMs: Math.max(span.fromMs, window.fromMs), untilMs: Math.min(span.untilMs, untilMs) }));
}

export const activeWindowsAt = (calendar: Calendar, nowMs: number): readonly ActiveWindow[] =>
  [...calendar.values()].flatMap(({ window, spans: [span] }) =>
    span !== undefined && span.fromMs <= nowMs && nowMs < span.untilMs ? [{ window, untilMs: span.untilMs }] : [],
  );

/** The window that silences an alert for the longest time; null when none does. */
export function silencedBy(alert: Alert, active: readonly ActiveWindow[]): ActiveWindow | null {
  if (active.length === 0) return null;
  const labels = matchableLabels(alert);
  const matching = active.filter(({ window }) => matchesAll(window.matchers, labels));
  return matching.toSorted((a, b) => b.untilMs - a.untilMs || (a.window.id < b.window.id ? -1 : 1))[0] ?? null;
}
