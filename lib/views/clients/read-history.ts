import "server-only";
import type { Locale } from "@/lib/base/messages/locale";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { MINUTE } from "@/lib/base/time/duration";
import type { BrokerMemory } from "@/lib/collector/memory";
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
import { toView } from "@/lib/views/clients/read";
import { sessionView } from "@/lib/views/clients/read-sessions";
import { troublesOf } from "@/lib/views/clients/trouble";
import { RANGES, type Range } from "@/lib/views/series/schema";

/** A client that reconnects every two seconds for an hour; the axis merges what is narrower than a pixel anyway. */
const SESSIONS_MAX = 2_000;
const POINTS = 300;

interface Found {
  readonly client: Client;
  readonly memory: BrokerMemory;
}

/** One client with all that happened to it in a range. null: no such client, or its broker is configured no longer. */
export async function readClientHistory(
  live: Runtime,
  id: string,
  range: Range,
  { nowMs, locale }: { readonly nowMs: number; readonly locale: Locale },
): Promise<ClientHistory | null> {
  const found = await find(live, id);
  if (found === null) return null;
  const { client, memory } = found;
  const within = { fromMs: nowMs - RANGES[range] * MINUTE, toMs: nowMs };
  const { db } = live.database;
  const sessions = await listSessionsBetween(db, id, { ...within, limit: SESSIONS_MAX + 1 });
  const blind = await listBlindSpans(db, { broker: client.broker, ...within });
  const restarts = await listRestarts(db, { broker: client.broker, ...within });
  const open = [...memory.open.values()].filter((session) => session.client === id);
  const teeth = silenceSegments(memory.silence.get(id)).filter((tooth) => tooth.toMs > within.fromMs);
  const alerts = (await alertsOfClient(db, id, within)).map((alert) => alertView(alert, live, locale));
  const view = toView(client, open, memory, nowMs);
  const shortest = Math.min(...sessions.flatMap(({ timeoutSeconds }) => timeoutSeconds ?? []));
  const away = client.state === "absent" || client.state === "lost";
  return {
    asOfMs: memory.lastPollMs ?? nowMs,
    ...within,
    client: view,
    troubles: troublesOf(view, alerts, nowMs),
    lostFromMs: away && client.lastEnd ? client.lastEnd.atMs + giveUpMs(client.product, client.platform) : null,
    blindSinceMs: isBlind(memory.reach) ? memory.reach.sinceMs : null,
    sessions: sessions.slice(0, SESSIONS_MAX).map(sessionView),
    sessionsCut: sessions.length > SESSIONS_MAX,
    blocked: (await listBlocked(db, id, within)).map((span) => ({ ...span })),
    silence: {
      teeth: teeth.map((tooth) => ({ ...tooth })),
      late: (await lateMinutes(live, client, within.fromMs, teeth[0]?.fromMs ?? nowMs)).filter(
        // Minutes are kept of whoever is in any trouble; a silence shorter than the shortest timeout was not late.
        ({ seconds }) => shortest > 0 && seconds > shortest,
      ),
    },
    blind: blind.map((span) => ({ fromMs: span.fromMs, toMs: span.toMs ?? nowMs, because: span.because })),
    restarts: restarts.map(({ atMs, node }) => ({ atMs, node })),
    alerts,
  };
}

async function find(live: Runtime, id: string): Promise<Found | null> {
  for (const memory of live.brokers.values()) {
    const client = memory.clients.get(id);
    if (client) return { client, memory };
  }
  // Departed for longer than a day: out of memory, and still on record for a month.
  const client = await findClient(live.database.db, id);
  const memory = client === null ? undefined : live.brokers.get(client.broker);
  return client === null || memory === undefined ? null : { client, memory };
}

/** The minutes kept of a client in trouble, as far as memory does not know it better. */
async function lateMinutes(live: Runtime, client: Client, fromMs: number, toMs: number) {
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
