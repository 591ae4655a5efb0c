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
  /** Its object ended and is not polled any more: it is absent whenever its broker or source is visible. */
  readonly ended: boolean;
  /** For how long it has not been measured although objects of its kind were polled. */
  readonly absentMs: number;
  /** When it was last polled for; null since its broker or source became unreachable: that time does not count. */
  readonly polledMs: number | null;
}

/** The same as for a runner that its source no longer lists. */
const ABSENT_MS_MAX = DAY;

interface AbsenceStart {
  readonly after: AbsenceState | null;
  readonly instance: Instance;
}

/** An absence can begin only after a measured value. */
export function beginAbsence(instance: Instance, nowMs: number): AbsenceStart {
  const { rule, labels, value } = instance;
  if (value === null) return { after: null, instance: { ...instance, value: null } };
  const after: AbsenceState = { is: "absence", rule: rule.id, labels, ended: false, absentMs: 0, polledMs: nowMs };
  return { after, instance: { ...instance, value: 0 } };
}

/**
 * One tick of a known instance. `after: null`: the absence ends after a day. `instance: null`: nothing is known at this
 * tick. null instead of both: no rule is about absence any more.
 */
export function followAbsence(
  before: AbsenceState,
  key: string,
  measured: number | null,
  input: WindowInput,
): { readonly after: AbsenceState | null; readonly instance: Instance | null } | null {
  const { labels } = before;
  const { nowMs, visibility } = input;
  const rule = ruleFor(input.rules, before.rule, labels);
  if (rule === null || !rule.enabled || rule.condition.kind !== "absent") return null;
  const instance = { key, rule, labels, context: {} };
  if (measured !== null) return beginAbsence({ ...instance, value: measured }, nowMs);
  const ended = before.ended || input.ended.some((object) => carries(labels, object));
  const seen = visibility.seen(labels);
  if (seen === false) return { after: { ...before, ended, polledMs: null }, instance: { ...instance, value: null } };
  if (seen === null || !(ended || visibility.isPolled(labels))) return { after: { ...before, ended }, instance: null };
  const stepMs = before.polledMs === null ? 0 : observedMs(before.polledMs, nowMs);
  const absentMs = before.absentMs + stepMs;
  if (absentMs > ABSENT_MS_MAX) return { after: null, instance: null };
  return {
    after: { ...before, ended, absentMs, polledMs: nowMs },
    instance: { ...instance, value: absentMs / SECOND },
  };
}

/** Whether labels include all of the others. */
export const carries = (labels: Labels, others: Labels): boolean =>
  Object.entries(others).every(([name, value]) => labels[name] === value);
