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

/** Each is a query of at most some 0.3 s, and nothing is polled before: the rules beyond begin anew. */
const RULES_MAX = 20;
/** Who was there within the last hour is missed; who left before was missed by the process before. */
const ABSENT_BACK_MS = HOUR;

/** What rules about rates, forecasts and absences remembered when the process ended, read from the stored samples. */
export async function restoreWindowStates(
  db: Kysely<Schema>,
  rules: readonly Rule[],
  nowMs: number,
): Promise<Map<string, WindowState>> {
  const recalled = new Map<string, WindowState>();
  for (const rule of rules.filter(({ enabled, condition }) => enabled && backMs(condition) > 0).slice(0, RULES_MAX)) {
    const signal = signalNamed(rule.signal);
    // What is counted or kept for trouble alone is no row of every poll.
    if (signal?.stored !== "sampled") continue;
    const fromMs = nowMs - backMs(rule.condition);
    const history = await readHistory(db, { signal, labels: {}, fromMs, toMs: nowMs }, { rule });
    for (const [scope, lookback] of windowStateFrom(rule, history)) {
      const known = [...(recalled.get(scope) ?? []), ...lookback];
      recalled.set(scope, new Map(known.slice(0, INSTANCES_MAX)));
    }
  }
  return recalled;
}

function backMs(condition: Condition): number {
  if (condition.kind === "absent") return ABSENT_BACK_MS;
  return condition.kind === "value" ? 0 : condition.overMs;
}
