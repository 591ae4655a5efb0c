import { afterAll, beforeAll, expect, test } from "vitest";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import type { BrokerFacts } from "@/lib/collector/broker/derive/facts";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { saveBrokerFacts } from "@/lib/collector/tick/save-tick";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { ownName, ownQueue } from "@/lib/rabbitmq/api/own";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";
import type { Database } from "@/lib/storage/database";
import { readHistory } from "@/lib/storage/history/read-history";
import { countEndsByReason } from "@/lib/storage/rabbitmq/sessions";
import { saveSamples } from "@/lib/storage/samples/samples";
import { testDatabase } from "@/lib/storage/storage.testing";
import { readBrokers } from "@/lib/views/brokers/read";
import { listClients, readClients } from "@/lib/views/clients/read";
import { metricsText } from "@/lib/views/metrics/read";
import { readOverview } from "@/lib/views/overview/read";
import { readQueues } from "@/lib/views/queues/read";

const MARK = "0123456789ab";
const OWN = ownName(MARK);

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** A broker with one worker and Lastbeat itself, which both lost their connection in a restart; only the worker is back. */
async function afterRestart() {
  const line = timeline();
  const firstMs = line.nowMs();
  let octets = 0;
  const connection = (port: number, connectedAtMs: number, name: string) =>
    aConnection(port, { userProvidedName: name, connectedAtMs, recvOct: ++octets });
  const own = (port: number, connectedAtMs: number) => connection(port, connectedAtMs, OWN);
  const worker = (port: number, connectedAtMs: number) => connection(port, connectedAtMs, "worker");
  const queues = [
    aQueue("orders", { consumers: 1 }),
    aQueue(ownQueue(MARK, "events"), { ready: 500 }),
    aQueue(ownQueue(MARK, "log")),
  ];
  const all: BrokerFacts[] = [];
  const poll = (...of: Parameters<typeof line.poll>) => {
    const { facts } = line.poll(...of);
    all.push(facts);
    return facts;
  };
  for (let at = 0; at < 40; at++) poll({ connections: [worker(1, firstMs), own(2, firstMs)], queues });
  poll({ connections: [], uptimeMs: null, queues });
  const downMs = line.nowMs();
  let facts = poll({ connections: [worker(3, downMs + SECOND)], queues });
  for (let at = 0; at < 80; at++) facts = poll({ connections: [worker(3, downMs + SECOND)], queues });
  for (const one of all) await saveBrokerFacts(database.db, "main", one, line.nowMs());
  await saveSamples(database.db, line.nowMs(), facts.samples);
  const runtime = testRuntime({ database, brokers: new Map([["main", line.memory()]]) });
  return { facts, runtime, nowMs: line.nowMs() };
}

test("Lastbeat's own connection and queues are in no count, list, verdict or alert unless asked for", async () => {
  const { facts, runtime, nowMs } = await afterRestart();
  const { db } = database;

  expect(facts.readings.filter(({ labels }) => labels.client === OWN || labels.queue?.startsWith("lastbeat."))).toEqual(
    [],
  );
  const ofBroker = (signal: string) => facts.readings.find((reading) => reading.signal === signal)?.value;
  expect(
    [
      ...["broker.connections", "broker.clients.connected", "broker.clients.absent", "broker.clients.lost"],
      ...["broker.clients.missing", "broker.restart.recovery", "broker.reconnects"],
    ].map(ofBroker),
  ).toEqual([1, 1, 0, 0, 0, 0, 1]);
  expect(facts.samples.filter(({ kind }) => kind === "queue").map(({ labels }) => labels.queue)).toEqual(["orders"]);

  const [broker] = await readBrokers(runtime, nowMs);
  expect(broker).toMatchObject({
    connections: 1,
    clients: { connected: 1, absent: 0, lost: 0 },
    reconnects: { last1h: 1 },
    comeback: { went: 1, back: 1, away: [] },
  });
  expect(await countEndsByReason(db, "main", nowMs - HOUR)).toMatchObject([{ reason: "broker-stopped", count: 1 }]);

  const overview = await readOverview(runtime, nowMs, "en");
  expect(overview.clients.map(({ name }) => name)).toEqual(["worker"]);
  expect(overview.verdict).toMatchObject({ absent: 0, lost: 0, lines: [] });
  expect(await metricsText(runtime, nowMs)).not.toContain("lastbeat.0123");

  const signal = signalNamed("client.reconnects");
  if (signal === null) throw new Error("client.reconnects is a signal");
  const range = { fromMs: nowMs - HOUR, toMs: nowMs + 1 };
  const chart = await readHistory(db, { signal, labels: {}, ...range }, { points: 60 });
  expect(chart.series.map(({ labels }) => labels)).toEqual([{ broker: "main", client: "worker" }]);

  expect((await listClients(runtime, {}, nowMs)).summary).toMatchObject({
    total: 1,
    counts: { connected: 1, lost: 0 },
  });
  expect(readClients(runtime, nowMs).map(({ name, own }) => [name, own])).toEqual([["worker", false]]);
  const withOwn = await listClients(runtime, { own: "true" }, nowMs);
  expect(withOwn.views.map(({ name, own, state }) => [name, own, state])).toEqual([
    [OWN, true, "lost"],
    ["worker", false, "connected"],
  ]);

  expect(readQueues(runtime, {}, nowMs)).toMatchObject({ total: 1, rows: [{ name: "orders", own: false }] });
  const queues = readQueues(runtime, { own: "true" }, nowMs).rows.map(({ name, own }) => [name, own]);
  expect(queues.toSorted()).toEqual([
    [ownQueue(MARK, "events"), true],
    [ownQueue(MARK, "log"), true],
    ["orders", false],
  ]);
});

test("a name that only resembles Lastbeat's is a client like any other", () => {
  const line = timeline();
  for (let at = 0; at < 5; at++) {
    line.poll({
      connections: ["lastbeat", "lastbeat.", "lastbeat.worker", `${OWN}x`].map((userProvidedName, index) =>
        aConnection(index, { userProvidedName }),
      ),
    });
  }
  const runtime = testRuntime({ database, brokers: new Map([["main", line.memory()]]) });
  expect(readClients(runtime, line.nowMs()).map(({ own }) => own)).toEqual([false, false, false, false]);
});
