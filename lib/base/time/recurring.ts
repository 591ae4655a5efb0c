import { CronExpressionParser } from "cron-parser";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";

/** Spans of time that come again: when they begin, by a clock on a wall somewhere, and how long each lasts. */
export interface Recurring {
  /** Minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** An IANA name such as Europe/Berlin. */
  readonly zone: string;
  /** Elapsed time, in ms: two hours are two hours on the night the clocks change, too. */
  readonly durationMs: number;
}

export interface RecurringSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Shorter is over before it is noticed; longer is no maintenance. */
export const RECURRING_MS_MIN = MINUTE;
export const RECURRING_MS_MAX = 7 * DAY;
/** The longest hour that a zone has ever left out or lived twice, and more. */
const JUMP_MS_MAX = 3 * HOUR;
/** Starts within one span's length that are looked at: every minute for a week is one unbroken span anyway. */
const STARTS_MAX = 60;
const CRON_LENGTH_MAX = 200;
/** cron-parser reads less than five fields, a sixth for seconds, and `H` as a number of its choice: not we. */
const FIVE_FIELDS = /^[0-9A-GI-Z*?,\-/#]+(?: [0-9A-GI-Z*?,\-/#]+){4}$/i;

/** What is wrong with a cron expression or a zone, in words; null when it can be lived by. */
export function recurringFault({ cron, zone, durationMs }: Recurring): string | null {
  if (!isZone(zone)) return "zone: an IANA time zone such as Europe/Berlin";
  if (cron.length > CRON_LENGTH_MAX || !FIVE_FIELDS.test(cron)) {
    return "cron: five fields: minute, hour, day of month, month, day of week";
  }
  if (durationMs < RECURRING_MS_MIN || durationMs > RECURRING_MS_MAX) return "duration: from one minute to seven days";
  try {
    CronExpressionParser.parse(cron, { tz: zone, currentDate: new Date(0) }).next();
    return null;
  } catch (cause) {
    return `cron: ${cause instanceof Error ? cause.message : "it cannot be read"}`;
  }
}

/**
 * The span that holds `nowMs`, if one does, and those after it: `count` in all, oldest first, fewer where no more come.
 *
 * A start that does not exist, because the clocks are put forward, is as much later as they jump (02:30 becomes 03:30);
 * one that exists twice is the first of the two, once. Starts every hour or less go by both. Spans that overlap or touch
 * are one, told from the first that is not over. Throws on what `recurringFault` finds fault with.
 */
export function spansFrom(
  { cron, zone, durationMs }: Recurring,
  nowMs: number,
  count: number,
): readonly RecurringSpan[] {
  // Going back (`prev`) finds other starts than going forward on the days the clocks change (cron-parser 5.10.5): we
  // only go forward, and begin before any jump that could hide a start.
  const currentDate = new Date(nowMs - durationMs - JUMP_MS_MAX);
  const starts = CronExpressionParser.parse(cron, { tz: zone, currentDate });
  const spans: RecurringSpan[] = [];
  for (let looked = 0; looked < STARTS_MAX * (count + 1); looked += 1) {
    const fromMs = next(starts);
    if (fromMs === null) break;
    const untilMs = fromMs + durationMs;
    const last = spans.at(-1);
    if (untilMs <= nowMs) continue;
    if (last !== undefined && fromMs <= last.untilMs) spans[spans.length - 1] = { ...last, untilMs };
    else if (spans.length === count) break;
    else spans.push({ fromMs, untilMs });
  }
  return spans;
}

/** null when the expression never comes again. */
function next(starts: ReturnType<typeof CronExpressionParser.parse>): number | null {
  try {
    return starts.next().getTime();
  } catch {
    return null;
  }
}

function isZone(zone: string): boolean {
  try {
    // Offsets such as +01:00 are no zones: they know nothing of summer time.
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
}
