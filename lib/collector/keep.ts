import "server-only";
import type { Kysely } from "kysely";
import { judgeInStages } from "@/lib/alerts/judge";
import { NO_LOOKBACK } from "@/lib/alerts/lookback";
import type { Reading } from "@/lib/alerts/measure";
import type { BrokerFacts } from "@/lib/collector/derive";
import { breathe } from "@/lib/collector/loop";
import { inTurn, keepLook, look, remember } from "@/lib/collector/notices";
import type { Runtime } from "@/lib/collector/runtime";
import type { Sample } from "@/lib/signals/catalogue";
import { keepHolds } from "@/lib/storage/alert-holds";
import { closeBlindSpan, keepRestart, openBlindSpan } from "@/lib/storage/blindness";
import { keepBlocked } from "@/lib/storage/blocked";
import { keepClientMinutes, keepSamples } from "@/lib/storage/samples";
import type { Schema } from "@/lib/storage/schema";
import { keepClients, keepSessions } from "@/lib/storage/sessions";
import { finishedWithRests } from "@/lib/time/stages";

/** What every tick finds out, whatever it looked at. */
export interface Found {
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  readonly gone: readonly Readonly<Record<string, string>>[];
}

/**
 * The write half of a tick: judges the readings, decides who is told, and keeps samples, alert changes, notices,
 * deliveries and whatever `more` writes in ONE transaction. The memories of the scope are replaced only once that is
 * committed, so a database that went away costs a tick and loses nothing that was told.
 */
export function keepTick(
  live: Runtime,
  scope: string,
  found: Found,
  nowMs: number,
  more: (trx: Kysely<Schema>) => Promise<void>,
): Promise<void> {
  return inTurn(live, scope, async () => {
    const before = live.alerts.get(scope) ?? new Map();
    const lookback = live.lookbacks.get(scope) ?? NO_LOOKBACK;
    const { readings, gone } = found;
    await breathe();
    const stages = judgeInStages(before, { rules: live.rules, readings, gone, nowMs, lookback });
    const judged = await finishedWithRests(stages, breathe);
    await breathe();
    const seen = look(live, scope, judged, nowMs);
    await live.database.db.transaction().execute(async (trx) => {
      await more(trx);
      await keepSamples(trx, nowMs, found.samples);
      await keepLook(trx, live, seen);
      const ended = judged.changed.filter(({ state }) => state === "resolved").map(({ id }) => id);
      await keepHolds(trx, judged.holds, ended);
    });
    live.alerts.set(scope, judged.after);
    live.lookbacks.set(scope, judged.lookback);
    live.kept.set(scope, performance.now());
    tellLeftOut(live, scope, judged.leftOut);
    remember(live, scope, seen);
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
export async function keepBrokerFacts(
  trx: Kysely<Schema>,
  broker: string,
  facts: BrokerFacts,
  nowMs: number,
): Promise<void> {
  await keepClients(trx, facts.clients);
  await keepSessions(trx, facts.sessions);
  if (facts.minutes) await keepClientMinutes(trx, facts.minutes.minuteMs, facts.minutes.rows);
  await keepBlocked(trx, facts.blocked, nowMs);
  for (const node of facts.restarts) await keepRestart(trx, { broker, node, atMs: nowMs });
  if (facts.blind.began !== null) await openBlindSpan(trx, { broker, fromMs: nowMs, because: facts.blind.began });
  if (facts.blind.ended) await closeBlindSpan(trx, broker, nowMs);
}
