import "server-only";
import type { Locale } from "@/lib/base/messages/locale";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { MINUTE } from "@/lib/base/time/duration";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { Runtime } from "@/lib/collector/runtime";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { giveUpMs } from "@/lib/rabbitmq/clients/give-up";
import { silenceSegments } from "@/lib/rabbitmq/clients/silence";
import { alertsOfClient } from "@/lib/storage/alerts/alerts";
import { readHistory } from "@/lib/storage/history/read-history";
import { listBlindSpans, listRestarts } from "@/lib/storage/rabbitmq/blindness";
import { listBlocked } from "@/lib/storage/rabbitmq/blocked";
import { findClient, listSessionsBetween } from "@/lib/storage/rabbitmq/sessions";
import { alertView } from "@/lib/views/alerts/read";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import { nameSuggestionFor } from "@/lib/views/clients/name-suggestions";
import { toView } from "@/lib/views/clients/read";
import { sessionView } from "@/lib/views/clients/read-sessions";
import { troublesOf } from "@/lib/views/clients/trouble";
import { blindSpanView } from "@/lib/views/series/blind-span";
import { RANGES, type Range } from "@/lib/views/series/schema";

/** As many as a client that reconnects every two seconds for an hour. The chart merges sessions narrower than a pixel anyway. */
const SESSIONS_MAX = 2_000;
const POINTS = 300;

interface ClientOfBroker {
  readonly client: Client;
  readonly memory: BrokerMemory;
}

interface ClientHistoryContext extends Pick<Runtime, "brokers" | "database" | "notifications" | "scopes"> {}

/** One client with its history in a range; null if there is no such client, or its broker is no longer configured. */
export async function readClientHistory(
  live: ClientHistoryContext,
  id: string,
  range: Range,
  { nowMs, locale }: { readonly nowMs: number; readonly locale: Locale },
): Promise<ClientHistory | null> {
  const match = await findClientOfBroker(live, id);
  if (match === null) return null;
  const { client, memory } = match;
  const span = { fromMs: nowMs - RANGES[range] * MINUTE, toMs: nowMs };
  const { db } = live.database;
  const sessions = await listSessionsBetween(db, id, { ...span, limit: SESSIONS_MAX + 1 });
  const blind = await listBlindSpans(db, { broker: client.broker, ...span });
  const restarts = await listRestarts(db, { broker: client.broker, ...span });
  const open = [...memory.open.values()].filter((session) => session.client === id);
  const segments = silenceSegments(memory.silence.get(id)).filter((segment) => segment.toMs > span.fromMs);
  const alerts = (await alertsOfClient(db, id, span)).map((alert) => alertView(alert, live, locale));
  const view = toView(client, open, memory, nowMs);
  const shortestTimeoutSeconds = Math.min(...sessions.flatMap(({ timeoutSeconds }) => timeoutSeconds ?? []));
  const isAway = client.state === "absent" || client.state === "lost";
  return {
    asOfMs: memory.lastPollMs ?? nowMs,
    ...span,
    client: view,
    troubles: troublesOf(view, alerts, nowMs),
    nameSuggestion: nameSuggestionFor(memory, id),
    lostFromMs: isAway && client.lastEnd ? client.lastEnd.atMs + giveUpMs(client.product, client.platform) : null,
    blindSinceMs: isBlind(memory.reach) ? memory.reach.sinceMs : null,
    sessions: sessions.slice(0, SESSIONS_MAX).map(sessionView),
    sessionsCut: sessions.length > SESSIONS_MAX,
    blocked: (await listBlocked(db, id, span)).map((period) => ({ ...period })),
    silence: {
      teeth: segments.map((segment) => ({ ...segment })),
      late: (await lateMinutes(live, client, span.fromMs, segments[0]?.fromMs ?? nowMs)).filter(
        // Minutes are stored for clients in any trouble. A silence below the shortest timeout was not late.
        ({ seconds }) => shortestTimeoutSeconds > 0 && seconds > shortestTimeoutSeconds,
      ),
    },
    blind: blind.map((period) => blindSpanView(period, nowMs)),
    restarts: restarts.map(({ atMs, node }) => ({ atMs, node })),
    alerts,
  };
}

async function findClientOfBroker(
  live: Pick<Runtime, "brokers" | "database">,
  id: string,
): Promise<ClientOfBroker | null> {
  for (const memory of live.brokers.values()) {
    const client = memory.clients.get(id);
    if (client) return { client, memory };
  }
  // A client that departed more than a day ago is no longer in memory, but is stored for a month.
  const client = await findClient(live.database.db, id);
  const memory = client === null ? undefined : live.brokers.get(client.broker);
  return client === null || memory === undefined ? null : { client, memory };
}

/** The stored minutes of a late client, for the time before the more detailed silence in memory begins. */
async function lateMinutes(live: Pick<Runtime, "database">, client: Client, fromMs: number, toMs: number) {
  if (toMs - fromMs < MINUTE) return [];
  const labels = { broker: client.broker, client: client.name };
  const signal = signalNamed("client.heartbeat.silence");
  if (signal === null) return [];
  const chart = await readHistory(live.database.db, { signal, labels, fromMs, toMs }, { points: POINTS });
  return (chart.series[0]?.points ?? []).flatMap(([ms, , seconds]) =>
    seconds !== null && ms >= fromMs && ms < toMs
      ? [{ fromMs: ms, toMs: Math.min(toMs, ms + chart.stepMs), seconds }]
      : [],
  );
}
