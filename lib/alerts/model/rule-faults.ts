import type { Condition } from "@/lib/alerts/model/condition";
import type { Rule } from "@/lib/alerts/model/rule";
import { type Signal, signalNamed } from "@/lib/base/signals/catalogue";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";

/** What is wrong with a rule that is otherwise well formed; `at` is the place of a matcher in `match`. */
export interface RuleFault {
  readonly field: "signal" | "match" | "condition" | "comparison" | "warning" | "critical" | "for" | "keepFiring";
  readonly at?: number;
  readonly message: string;
}

/** A shorter window may hold a single poll, and no line. */
const WINDOW_MS_MIN = MINUTE;
const RATE_WINDOW_MS_MAX = 6 * HOUR;
const FORECAST_WINDOW_MS_MAX = DAY;
/** A forecast further ahead is not actionable. */
const WITHIN_MS_MAX = 30 * DAY;
/** A condition that must hold for longer needs a chart, not an alert. */
const HOLDING_MS_MAX = 7 * DAY;

/** All faults of a rule at once; none: it can be evaluated. */
export function ruleFaults(rule: Rule): readonly RuleFault[] {
  const known = signalNamed(rule.signal);
  return [
    ...(known === null ? [{ field: "signal" as const, message: UNKNOWN }] : labelFaults(rule, known)),
    ...thresholdFaults(rule),
    ...conditionFaults(rule.condition, rule),
    ...(rule.forMs > HOLDING_MS_MAX ? [{ field: "for" as const, message: "at most 7 days" }] : []),
    ...(rule.keepFiringMs > HOLDING_MS_MAX ? [{ field: "keepFiring" as const, message: "at most 7 days" }] : []),
  ];
}

const UNKNOWN = "no such signal; GET /api/v1/signals lists them";

const labelFaults = (rule: Rule, { labels }: Signal): readonly RuleFault[] =>
  rule.match.flatMap(({ label }, at) =>
    labels.includes(label)
      ? []
      : [{ field: "match" as const, at, message: `${rule.signal} has the labels ${labels.join(", ")}` }],
  );

function thresholdFaults({ comparison, warning, critical }: Rule): readonly RuleFault[] {
  if (warning === null && critical === null) {
    return [{ field: "warning", message: "a rule needs a warning or a critical threshold" }];
  }
  if (warning === null || critical === null) return [];
  const isWorse = comparison === "above" ? critical >= warning : critical <= warning;
  return isWorse ? [] : [{ field: "critical", message: `must not come before the warning at ${warning}` }];
}

function conditionFaults(condition: Condition, { comparison }: Rule): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  const fault = (message: string) => faults.push({ field: "condition", message });
  switch (condition.kind) {
    case "value":
      break;
    case "absent":
      if (comparison === "below") faults.push({ field: "comparison", message: "an absence lasts above a time" });
      break;
    case "rate":
      if (!isWithin(condition.overMs, RATE_WINDOW_MS_MAX)) fault("a rate is over 1 minute to 6 hours");
      break;
    case "forecast":
      if (!isWithin(condition.overMs, FORECAST_WINDOW_MS_MAX)) fault("a forecast looks back over 1 minute to 24 hours");
      if (!isWithin(condition.withinMs, WITHIN_MS_MAX)) fault("a forecast looks ahead 1 minute to 30 days");
      break;
    default:
      condition satisfies never;
  }
  return faults;
}

const isWithin = (ms: number, most: number): boolean => ms >= WINDOW_MS_MIN && ms <= most;
