import "server-only";
import type { Kysely } from "kysely";
import { evaluateInStages } from "@/lib/alerts/engine/evaluate-alerts";
import { NO_WINDOW_STATE } from "@/lib/alerts/engine/window-state";
import type { Reading } from "@/lib/alerts/model/reading";
import { breathe } from "@/lib/base/concurrency/loop";
import type { Sample } from "@/lib/base/signals/catalogue";
import { finishedWithPauses } from "@/lib/base/time/stages";
import { shiftAlerts, shiftWindows } from "@/lib/collector/clock-step";
import type { BrokerFacts } from "@/lib/collector/derive";
import { commitNotifications, evaluateNotifications, storeNotifications } from "@/lib/collector/notifications";
import type { Runtime } from "@/lib/collector/runtime";
import { savePendingStates } from "@/lib/storage/alerts/pending-states";
import { closeBlindSpan, openBlindSpan, saveRestart } from "@/lib/storage/rabbitmq/blindness";
import { saveBlocked } from "@/lib/storage/rabbitmq/blocked";
import { saveClients, saveSessions } from "@/lib/storage/rabbitmq/sessions";
import { saveClientMinutes, saveSamples } from "@/lib/storage/samples/samples";
import type { Schema } from "@/lib/storage/schema/schema";

/** What every tick finds out, whatever it looked at. */
export interface TickFindings {
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  readonly gone: readonly Readonly<Record<string, string>>[];
}

/**
 * The write half of a tick: judges the readings, decides who is told, and keeps samples, alert changes, notices,
 * deliveries and whatever `more` writes in ONE transaction. The memories of the scope are replaced only once that is
 * committed, so a database that went away costs a tick and loses nothing that was told.
 */
export function saveTick(
  live: Runtime,
  scope: string,
  found: TickFindings,
  { nowMs, steppedMs }: { readonly nowMs: number; readonly steppedMs: number },
  more: (trx: Kysely<Schema>) => Promise<void> | undefined,
): Promise<void> {
  return live.notices.serialize(scope, async () => {
    const before = shiftAlerts(live.alerts.get(scope) ?? new Map(), steppedMs);
    const lookback = shiftWindows(live.lookbacks.get(scope) ?? NO_WINDOW_STATE, steppedMs);
    const { readings, gone } = found;
    await breathe();
    const stages = evaluateInStages(before, { rules: live.rules, readings, gone, nowMs, lookback });
    const judged = await finishedWithPauses(stages, breathe);
    await breathe();
    const seen = evaluateNotifications(live, scope, judged, nowMs);
    await live.database.db.transaction().execute(async (trx) => {
      await more(trx);
      await saveSamples(trx, nowMs, found.samples);
      await storeNotifications(trx, seen);
      const ended = judged.changed.filter(({ state }) => state === "resolved").map(({ id }) => id);
      await savePendingStates(trx, judged.holds, ended);
    });
    live.alerts.set(scope, judged.after);
    live.lookbacks.set(scope, judged.lookback);
    live.kept.set(scope, performance.now());
    tellLeftOut(live, scope, judged.leftOut);
    commitNotifications(live, scope, seen);
    for (const { type, alert } of judged.events) {
      live.log(type === "alert.firing" ? "warn" : "info", alert.summary, { event: type, alert: alert.id });
    }
  });
}

/** No silent cap: said once when it begins, and again when it is over. */
function tellLeftOut(live: Runtime, scope: string, leftOut: number): void {
  const before = live.leftOut.get(scope) ?? 0;
  if (before > 0 === leftOut > 0) return;
  live.leftOut.set(scope, leftOut);
  const what = "instances are beyond what rules about rates, forecasts and absences follow";
  live.log(leftOut > 0 ? "warn" : "info", `${scope}: ${leftOut} ${what}`, { scope, leftOut });
}

/** What only a broker's tick writes: sessions and clients, finished client minutes, restarts and blindness. */
export async function saveBrokerFacts(
  trx: Kysely<Schema>,
  broker: string,
  facts: BrokerFacts,
  nowMs: number,
): Promise<void> {
  await saveClients(trx, facts.clients);
  await saveSessions(trx, facts.sessions);
  if (facts.minutes) await saveClientMinutes(trx, facts.minutes.minuteMs, facts.minutes.rows);
  await saveBlocked(trx, facts.blocked, nowMs);
  for (const node of facts.restarts) await saveRestart(trx, { broker, node, atMs: nowMs });
  if (facts.blind.began !== null) await openBlindSpan(trx, { broker, fromMs: nowMs, because: facts.blind.began });
  if (facts.blind.ended) await closeBlindSpan(trx, broker, nowMs);
}
