import type { Instance } from "@/lib/alerts/engine/measure";
import { ruleFor } from "@/lib/alerts/engine/rules-in-force";
import type { WindowInput } from "@/lib/alerts/engine/window-input";
import type { Labels } from "@/lib/base/signals/labels";
import { DAY, SECOND } from "@/lib/base/time/duration";
import { observedMs } from "@/lib/base/time/elapsed";

/** An instance that was measured, followed until it is measured again. */
export interface AbsenceState {
  readonly is: "absence";
  readonly rule: string;
  readonly labels: Labels;
  /** Its object ended: nobody looks for it any more, and it is absent whenever its broker or source is seen. */
  readonly gone: boolean;
  /** For how long it has not been measured although it was looked for. */
  readonly absentMs: number;
  /** When it was last looked for; null once its broker or source could not be seen: that time does not count. */
  readonly lookedMs: number | null;
}

/** As long as a runner that its source no longer lists is missed. */
const ABSENT_MS_MAX = DAY;

interface AbsenceStart {
  readonly after: AbsenceState | null;
  readonly instance: Instance;
}

/** Nobody is missed who was never there: an absence can begin only after a measured value. */
export function beginAbsence(instance: Instance, nowMs: number): AbsenceStart {
  const { rule, labels, value } = instance;
  if (value === null) return { after: null, instance: { ...instance, value: null } };
  const after: AbsenceState = { is: "absence", rule: rule.id, labels, gone: false, absentMs: 0, lookedMs: nowMs };
  return { after, instance: { ...instance, value: 0 } };
}

/**
 * One tick of a known instance. `after: null` ends it after a day; an instance of null says nothing this time; null
 * instead of both: no rule asks any more.
 */
export function followAbsence(
  before: AbsenceState,
  key: string,
  measured: number | null,
  looking: WindowInput,
): { readonly after: AbsenceState | null; readonly instance: Instance | null } | null {
  const { labels } = before;
  const { nowMs, sight } = looking;
  const rule = ruleFor(looking.rules, before.rule, labels);
  if (rule === null || !rule.enabled || rule.condition.kind !== "absent") return null;
  const instance = { key, rule, labels, context: {} };
  if (measured !== null) return beginAbsence({ ...instance, value: measured }, nowMs);
  const gone = before.gone || looking.gone.some((ended) => carries(labels, ended));
  const seen = sight.seen(labels);
  if (seen === false) return { after: { ...before, gone, lookedMs: null }, instance: { ...instance, value: null } };
  if (seen === null || !(gone || sight.lookedAt(labels))) return { after: { ...before, gone }, instance: null };
  const stepMs = before.lookedMs === null ? 0 : observedMs(before.lookedMs, nowMs);
  const absentMs = before.absentMs + stepMs;
  if (absentMs > ABSENT_MS_MAX) return { after: null, instance: null };
  return {
    after: { ...before, gone, absentMs, lookedMs: nowMs },
    instance: { ...instance, value: absentMs / SECOND },
  };
}

/** Whether labels carry all the wanted ones. */
export const carries = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);
