import { CronExpressionParser } from "cron-parser";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";

/** Recurring spans of time: when they start, on the local time of a zone, and how long each lasts. */
export interface Recurring {
  /** Minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** An IANA name such as Europe/Berlin. */
  readonly zone: string;
  /** Elapsed time, ms: two hours stay two hours on the night when the clocks change. */
  readonly durationMs: number;
}

export interface RecurringSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A shorter span is over before anyone can react; a longer one is no maintenance. */
export const RECURRING_MS_MIN = MINUTE;
export const RECURRING_MS_MAX = 7 * DAY;
/** More than any zone has ever skipped or repeated at a change of its clocks. */
const JUMP_MS_MAX = 3 * HOUR;
/** Starts considered within the length of one span: a start every minute for a week is one unbroken span anyway. */
const STARTS_MAX = 60;
const CRON_LENGTH_MAX = 200;
/** cron-parser also accepts fewer than five fields, a sixth for seconds, and `H` for a random number; we do not. */
const FIVE_FIELDS = /^[0-9A-GI-Z*?,\-/#]+(?: [0-9A-GI-Z*?,\-/#]+){4}$/i;

/** What is wrong with a cron expression, zone or duration, in words; null when nothing is. */
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
 * The span that contains `nowMs`, if any, and those after it: `count` in all, oldest first, fewer if no more follow.
 *
 * A start that does not exist, because the clocks are put forward, moves by the length of the jump (02:30 becomes 03:30);
 * of a start that exists twice the first one counts, once. Starts every hour or more often are not affected. Spans that
 * overlap or touch are one, beginning at the first that is not over. Throws on what `recurringFault` rejects.
 */
export function spansFrom(
  { cron, zone, durationMs }: Recurring,
  nowMs: number,
  count: number,
): readonly RecurringSpan[] {
  // On the days when the clocks change, `prev` finds other starts than `next` (cron-parser 5.10.5): we only go forward,
  // and begin before any jump that could hide a start.
  const currentDate = new Date(nowMs - durationMs - JUMP_MS_MAX);
  const starts = CronExpressionParser.parse(cron, { tz: zone, currentDate });
  const spans: RecurringSpan[] = [];
  for (let considered = 0; considered < STARTS_MAX * (count + 1); considered += 1) {
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

/** null when the expression has no further start. */
function next(starts: ReturnType<typeof CronExpressionParser.parse>): number | null {
  try {
    return starts.next().getTime();
  } catch {
    return null;
  }
}

function isZone(zone: string): boolean {
  try {
    // Offsets such as +01:00 are no zones: they have no daylight saving time.
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
}
