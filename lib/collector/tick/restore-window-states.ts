import "server-only";
import type { Kysely } from "kysely";
import { windowStateFrom } from "@/lib/alerts/backtest/window-state-from";
import { INSTANCES_MAX, type WindowState } from "@/lib/alerts/engine/window-state";
import type { Condition } from "@/lib/alerts/model/condition";
import type { Rule } from "@/lib/alerts/model/rule";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { HOUR } from "@/lib/base/time/duration";
import { readHistory } from "@/lib/storage/history/read-history";
import type { Schema } from "@/lib/storage/schema/schema";

/** Each rule is a query of up to 0.3 s, and polling starts after them: further rules start with empty windows. */
const RULES_MAX = 20;
/** What was measured within the last hour can become absent; what ended before was absent in the previous process. */
const ABSENT_BACK_MS = HOUR;

/** Restores the windows of rules about rates, forecasts and absences from the stored samples. */
export async function restoreWindowStates(
  db: Kysely<Schema>,
  rules: readonly Rule[],
  nowMs: number,
): Promise<Map<string, WindowState>> {
  const restored = new Map<string, WindowState>();
  for (const rule of rules.filter(({ enabled, condition }) => enabled && backMs(condition) > 0).slice(0, RULES_MAX)) {
    const signal = signalNamed(rule.signal);
    // Signals that are counted, or stored only for trouble, have no row for every poll.
    if (signal?.stored !== "sampled") continue;
    const fromMs = nowMs - backMs(rule.condition);
    const history = await readHistory(db, { signal, labels: {}, fromMs, toMs: nowMs }, { rule });
    for (const [scope, windows] of windowStateFrom(rule, history)) {
      const known = [...(restored.get(scope) ?? []), ...windows];
      restored.set(scope, new Map(known.slice(0, INSTANCES_MAX)));
    }
  }
  return restored;
}

function backMs(condition: Condition): number {
  if (condition.kind === "absent") return ABSENT_BACK_MS;
  return condition.kind === "value" ? 0 : condition.overMs;
}
