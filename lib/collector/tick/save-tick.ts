import "server-only";
import type { Kysely } from "kysely";
import { evaluateInStages } from "@/lib/alerts/engine/evaluate-alerts";
import type { Reading } from "@/lib/alerts/model/reading";
import { breathe } from "@/lib/base/concurrency/loop";
import type { Log } from "@/lib/base/log/log";
import type { Sample } from "@/lib/base/signals/catalogue";
import { finishedWithPauses } from "@/lib/base/time/stages";
import type { BrokerFacts } from "@/lib/collector/broker/derive/facts";
import type { Runtime } from "@/lib/collector/runtime";
import { shiftAlerts, shiftWindows } from "@/lib/collector/tick/clock-step";
import {
  commitNotifications,
  evaluateNotifications,
  type NotificationContext,
  storeNotifications,
  withIncidentTurn,
} from "@/lib/collector/tick/notifications";
import { scopeState, updateScope } from "@/lib/collector/tick/scope-state";
import { savePendingStates } from "@/lib/storage/alerts/pending-states";
import { closeBlindSpan, openBlindSpan, saveRestart } from "@/lib/storage/rabbitmq/blindness";
import { saveBlocked } from "@/lib/storage/rabbitmq/blocked";
import { saveConsumedQueues } from "@/lib/storage/rabbitmq/consumed-queues";
import { saveClients, saveSessions } from "@/lib/storage/rabbitmq/sessions";
import { saveClientMinutes, saveSamples } from "@/lib/storage/samples/samples";
import type { Schema } from "@/lib/storage/schema/schema";

/** The result of every tick, of a broker, a source or the webhooks. */
export interface TickFindings {
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  readonly ended: readonly Readonly<Record<string, string>>[];
  /** Labels of what is no longer in the configuration. */
  readonly unwatched?: readonly Readonly<Record<string, string>>[];
}

/** What a tick needs to evaluate alerts and to save. */
export interface SaveContext extends NotificationContext, Pick<Runtime, "rules" | "database" | "log"> {}

/**
 * Evaluates the alerts and notifications of a tick, and saves samples, alerts, notification states, deliveries and whatever
 * `more` writes in ONE transaction. The state of the scope is replaced only once that is committed, so a database that is
 * unavailable costs a tick and loses nothing that was sent.
 */
export function saveTick(
  context: SaveContext,
  scope: string,
  found: TickFindings,
  { nowMs, steppedMs }: { readonly nowMs: number; readonly steppedMs: number },
  more: (trx: Kysely<Schema>) => Promise<void> | undefined,
): Promise<void> {
  const { scopes, log } = context;
  return context.serialize(scope, async () => {
    const before = scopeState(scopes, scope);
    const { readings, ended, unwatched = [] } = found;
    await breathe();
    const stages = evaluateInStages(shiftAlerts(before.alerts, steppedMs), {
      rules: context.rules,
      readings,
      ended,
      unwatched,
      nowMs,
      windows: shiftWindows(before.windows, steppedMs),
    });
    const evaluated = await finishedWithPauses(stages, breathe);
    await breathe();
    await withIncidentTurn(context, scope, evaluated, async () => {
      const evaluation = evaluateNotifications(context, scope, evaluated, nowMs);
      await context.database.db.transaction().execute(async (trx) => {
        await more(trx);
        await saveSamples(trx, nowMs, found.samples);
        await storeNotifications(trx, evaluation);
        const ended = evaluated.changed.filter(({ state }) => state === "resolved").map(({ id }) => id);
        await savePendingStates(trx, evaluated.holds, ended);
      });
      updateScope(scopes, scope, {
        alerts: evaluated.after,
        windows: evaluated.windows,
        unfollowed: evaluated.leftOut,
        savedSteadyMs: performance.now(),
      });
      commitNotifications(context, scope, evaluation);
    });
    logUnfollowed(log, scope, before.unfollowed, evaluated.leftOut);
    for (const { type, alert } of evaluated.events) {
      log(type === "alert.firing" ? "warn" : "info", alert.summary, { event: type, alert: alert.id });
    }
  });
}

/** The limit is logged once when it is reached, and once when it is no longer. */
function logUnfollowed(log: Log, scope: string, before: number, unfollowed: number): void {
  if (before > 0 === unfollowed > 0) return;
  const what = "instances are beyond what rules about rates, forecasts and absences follow";
  log(unfollowed > 0 ? "warn" : "info", `${scope}: ${unfollowed} ${what}`, { scope, unfollowed });
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
  await saveConsumedQueues(trx, facts.consumedQueues);
  for (const node of facts.restarts) await saveRestart(trx, { broker, node, atMs: nowMs });
  if (facts.blind.began !== null) await openBlindSpan(trx, { broker, fromMs: nowMs, reason: facts.blind.began });
  if (facts.blind.ended) await closeBlindSpan(trx, broker, nowMs);
}
