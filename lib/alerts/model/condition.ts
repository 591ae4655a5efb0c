import { z } from "zod";
import { SECOND } from "@/lib/base/time/duration";

const span = z.number().nonnegative();

/**
 * What of the signal is compared with the thresholds, and so what their unit is:
 * - `value`: the value itself, in the signal's unit
 * - `rate`: the steady slope since the last break within `overMs` (`lib/base/time/trend.ts`), in the signal's unit per minute
 * - `forecast`: the value of that line `withinMs` from now, in the signal's unit; always inferred
 * - `absent`: for how many seconds an instance that was measured has not been, while its broker or source was seen
 */
export const Condition = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value") }),
  z.object({ kind: z.literal("rate"), overMs: span }),
  z.object({ kind: z.literal("forecast"), withinMs: span, overMs: span }),
  z.object({ kind: z.literal("absent") }),
]);
export type Condition = Readonly<z.infer<typeof Condition>>;

/** The same in the API and in a stored rule, which have seconds. */
export const RuleCondition = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("value") }),
  z.object({ kind: z.literal("rate"), overSeconds: span }),
  z.object({ kind: z.literal("forecast"), withinSeconds: span, overSeconds: span }),
  z.object({ kind: z.literal("absent") }),
]);
type RuleCondition = Readonly<z.infer<typeof RuleCondition>>;

export function conditionFromForm(form: RuleCondition): Condition {
  switch (form.kind) {
    case "value":
    case "absent":
      return { kind: form.kind };
    case "rate":
      return { kind: "rate", overMs: form.overSeconds * SECOND };
    case "forecast":
      return { kind: "forecast", withinMs: form.withinSeconds * SECOND, overMs: form.overSeconds * SECOND };
    default:
      return form satisfies never;
  }
}

export function conditionToForm(condition: Condition): RuleCondition {
  switch (condition.kind) {
    case "value":
    case "absent":
      return { kind: condition.kind };
    case "rate":
      return { kind: "rate", overSeconds: condition.overMs / SECOND };
    case "forecast":
      return { kind: "forecast", withinSeconds: condition.withinMs / SECOND, overSeconds: condition.overMs / SECOND };
    default:
      return condition satisfies never;
  }
}
