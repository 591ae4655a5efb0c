import { parseDuration, SECOND } from "@/lib/base/time/duration";
import type { RuleForm, RuleItem } from "@/lib/views/rules/schema";

/** A rule as edited in the form: the texts as typed. */
export interface RuleDraft {
  readonly id: string;
  readonly signal: string;
  /** One matcher per line. */
  readonly match: string;
  readonly kind: RuleItem["condition"]["kind"];
  readonly over: string;
  readonly within: string;
  readonly comparison: RuleItem["comparison"];
  readonly warning: string;
  readonly critical: string;
  readonly clear: string;
  readonly for: string;
  readonly keepFiringFor: string;
  readonly enabled: boolean;
}
export type Field = keyof RuleDraft;

export const KINDS: readonly RuleDraft["kind"][] = ["value", "rate", "forecast", "absent"];

/** An error as a message key; the page translates it. */
export type DraftFault = "notNumber" | "notDuration" | "noId" | "noLimit";
export type DraftFaults = Readonly<Partial<Record<Field, DraftFault>>>;

export interface ReadDraft {
  /** The rule to save and backtest; null while a field is invalid. */
  readonly rule: RuleForm | null;
  readonly faults: DraftFaults;
}

/** Defaults: the range of a rate or a forecast, and the horizon of a forecast. */
const [OVER, WITHIN] = ["30m", "4h"];
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const emptyDraft = (signal: string): RuleDraft => ({
  id: "",
  signal,
  match: "",
  kind: "value",
  over: OVER,
  within: WITHIN,
  comparison: "above",
  warning: "",
  critical: "",
  clear: "",
  for: "5m",
  keepFiringFor: "",
  enabled: true,
});

/** The initial content of a rule's form. */
export function draftOf(rule: RuleForm): RuleDraft {
  const { condition } = rule;
  return {
    id: rule.id,
    signal: rule.signal,
    match: rule.match.join("\n"),
    kind: condition.kind,
    over: "overSeconds" in condition ? written(condition.overSeconds) : OVER,
    within: "withinSeconds" in condition ? written(condition.withinSeconds) : WITHIN,
    comparison: rule.comparison,
    warning: numberText(rule.warning),
    critical: numberText(rule.critical),
    clear: numberText(rule.clearAt),
    for: written(rule.forSeconds),
    keepFiringFor: written(rule.keepFiringSeconds),
    enabled: rule.enabled,
  };
}

/** Parses the form. The server parses the matchers and reports their errors. */
export function readDraft(draft: RuleDraft): ReadDraft {
  const faults: Partial<Record<Field, DraftFault>> = {};
  const number = (field: "warning" | "critical" | "clear"): number | null => {
    const read = readNumber(draft[field]);
    if (read === undefined) faults[field] = "notNumber";
    return read ?? null;
  };
  const seconds = (field: "for" | "keepFiringFor" | "over" | "within"): number => {
    const read = readSeconds(draft[field]);
    if (read === null) faults[field] = "notDuration";
    return read ?? 0;
  };
  const [warning, critical, clearAt] = [number("warning"), number("critical"), number("clear")];
  const [forSeconds, keepFiringSeconds] = [seconds("for"), seconds("keepFiringFor")];
  const condition = conditionOf(draft, seconds);
  if (!ID.test(draft.id)) faults.id = "noId";
  if (warning === null && critical === null && !("warning" in faults) && !("critical" in faults)) {
    faults.warning = "noLimit";
  }
  const { id, signal, comparison, enabled } = draft;
  const match = draft.match.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  const limits = { comparison, warning, critical, clearAt };
  const rule = { id, signal, match, condition, ...limits, forSeconds, keepFiringSeconds, enabled };
  return { rule: Object.keys(faults).some((field) => field !== "id") ? null : rule, faults };
}

function conditionOf({ kind }: RuleDraft, seconds: (field: "over" | "within") => number): RuleItem["condition"] {
  switch (kind) {
    case "value":
    case "absent":
      return { kind };
    case "rate":
      return { kind, overSeconds: seconds("over") };
    case "forecast":
      return { kind, withinSeconds: seconds("within"), overSeconds: seconds("over") };
    default:
      return kind satisfies never;
  }
}

/** null for an empty text, undefined for a text that is not a number. */
function readNumber(text: string): number | null | undefined {
  const bare = text.trim();
  if (bare === "") return null;
  const value = Number(bare);
  return Number.isFinite(value) ? value : undefined;
}

/** An empty text is 0, a bare number is in seconds as in the configuration, and null is an invalid text. */
function readSeconds(text: string): number | null {
  const bare = text.trim();
  if (bare === "") return 0;
  if (/^\d+(\.\d+)?$/.test(bare)) return Number(bare);
  const ms = parseDuration(bare);
  return ms === null ? null : ms / SECOND;
}

const numberText = (value: number | null): string => (value === null ? "" : String(value));

/** Seconds in the notation of the configuration: 5400 is 1h30m, and 0 is "". */
function written(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 3_600), "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts.map(([count, unit]) => (count === 0 ? "" : `${count}${unit}`)).join("");
}
