import { afterAll, beforeAll, expect, test } from "vitest";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { SAMPLED, type Sample, type SampledKind, SIGNALS } from "@/lib/base/signals/catalogue";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { newLifetimes } from "@/lib/rabbitmq/clients/lifetimes";
import { NO_REPLICAS } from "@/lib/rabbitmq/clients/replicas";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { Database } from "@/lib/storage/database";
import { saveClients, saveSessions } from "@/lib/storage/rabbitmq/sessions";
import { type ClientMinute, saveClientMinutes, saveSamples } from "@/lib/storage/samples/samples";
import { testDatabase } from "@/lib/storage/storage.testing";
import { readBacktest } from "@/lib/views/rules/read-backtest";
import { readSeries } from "@/lib/views/series/read";

const T = Date.UTC(2026, 10, 21, 12);
const POLL_MS = 20 * SECOND;
const END_MS = T + 20 * MINUTE;
const LAST_POLL_MS = END_MS - POLL_MS;

const LABELS: Record<SampledKind, Readonly<Record<string, string>>> = {
  broker: { broker: "main" },
  queue: { broker: "main", vhost: "/", queue: "mail" },
  jobs: { source: "scanner", queue: "scan" },
  source: { source: "scanner" },
  runner: { source: "scanner", runner: "r1" },
  node: { broker: "main", node: "rabbit@a" },
  webhook: { webhook: "ops" },
};

/** Each signal of a kind has its own value, which rises to the end; the one that is added up is measured at the last poll. */
function valueAt(name: string, place: number, atMs: number): number {
  if (name === "broker.up" || name === "jobs.source.up") return 1;
  if (name === "broker.sessions.unseen") return atMs === LAST_POLL_MS ? 7 : 0;
  return 100 * (place + 1) + (atMs - T) / MINUTE;
}

const samplesAt = (atMs: number): Sample[] =>
  (["broker", "queue", "jobs", "source", "runner", "node", "webhook"] as const).map((kind) => ({
    kind,
    labels: LABELS[kind],
    values: SAMPLED[kind].map(([name], place) => valueAt(name, place, atMs)),
  }));

const client: Client = {
  id: "c1",
  broker: "main",
  vhost: "/",
  user: "app",
  name: "mailer",
  namedBy: "connection-name",
  ...{ folded: [], alias: null, displayName: "c" },
  product: null,
  productVersion: null,
  platform: null,
  peerHost: null,
  state: "connected",
  stateSinceMs: T,
  consuming: [],
  reconnectsMs: [],
  lastEnd: null,
  unreplaced: 0,
  firstSeenMs: T,
  lastSeenMs: T,
  lifetimes: newLifetimes(T),
  replicas: NO_REPLICAS,
};

const clientMinute: ClientMinute = {
  broker: "main",
  client: client.name,
  silence: 51,
  missed: 52,
  lost: 53,
  absent: 54,
  doing: { missing: 55, idle: 56, publishSilent: 57, pinned: 58, blocked: 59, leaked: 60, opened: 61, replicas: 62 },
};

/** A reconnect that lasted a minute and ended by missed heartbeats. */
const reconnect = (openedMs: number): Session => ({
  id: String(openedMs),
  broker: "main",
  client: client.id,
  connection: String(openedMs),
  node: null,
  pid: null,
  openedMs,
  closedMs: openedMs + MINUTE,
  end: { reason: "heartbeat", inferred: false, detail: null },
  reconnect: true,
  likely: false,
  listed: true,
  timeoutSeconds: 60,
  recvOct: null,
  recvGrewMs: T,
  sendOct: null,
  sendGrewMs: T,
  blocked: false,
  lateSinceMs: null,
});

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await database.db.transaction().execute(async (trx) => {
    for (let atMs = T; atMs < END_MS; atMs += POLL_MS) await saveSamples(trx, atMs, samplesAt(atMs));
    await saveClients(trx, [client]);
    await saveSessions(
      trx,
      [2, 12, 14, 16].map((minute) => reconnect(T + minute * MINUTE)),
    );
    await saveClientMinutes(trx, END_MS - MINUTE, [clientMinute]);
  });
});
afterAll(() => database.close());

const lastChartValue = async (signal: string): Promise<number | null | undefined> => {
  const request = { signal, fromMs: T, toMs: END_MS, points: 2, labels: {} };
  const view = await readSeries({ database }, request, END_MS);
  return view?.series[0]?.points.at(-1)?.[2];
};

const lastBacktestValue = async (signal: string): Promise<number | null | undefined> => {
  const rule = { ...aRule, signal, warning: 1e6 };
  const view = await readBacktest(database, rule, { fromMs: T, toMs: END_MS, labels: {} }, () => 0);
  return view?.series[0]?.points.at(-1)?.[1];
};

test.each(SIGNALS.map(({ name }) => name))("a chart and a back-test end with the same value: %s", async (name) => {
  const value = await lastChartValue(name);
  expect(value).toBeGreaterThan(0);
  expect(await lastBacktestValue(name)).toBe(value);
});
