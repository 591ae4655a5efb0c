import { Connection, type Consumer } from "rabbitmq-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Broker } from "@/e2e/world/broker";
import { openBroker } from "@/e2e/world/external-services";
import { renderReason } from "@/lib/base/messages/render-reason";
import { whereOf, withMetrics } from "@/lib/collector/broker/observe/with-metrics";
import type { Connection as Listed } from "@/lib/rabbitmq/api/broker";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";
import { parseConnections } from "@/lib/rabbitmq/api/parse";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

const CLIENTS = 5;
/** The list is behind by up to 10 s (measured). */
const LISTED_WITHIN_MS = 30_000;

let broker: Broker;
let watcher: Connection;
let consumer: Consumer;
const clients: Connection[] = [];
/** Name of a connection → the pid that `connection.created` told, cut to what the metrics of its node call it. */
const pids = new Map<string, string>();

beforeAll(async () => {
  broker = await openBroker();
  watcher = new Connection({ url: broker.amqpUrl });
  const queueBindings = [{ exchange: "amq.rabbitmq.event", routingKey: "connection.created" }];
  consumer = watcher.createConsumer({ queue: "", queueOptions: { exclusive: true }, queueBindings }, (message) => {
    const pid = /<(?:[^<>]*\.)?(\d+\.\d+)>/.exec(String(message.headers?.pid))?.[1];
    if (pid !== undefined) pids.set(String(message.headers?.name), `<0.${pid}>`);
  });
  await new Promise((resolve) => consumer.once("ready", () => resolve(null)));
  for (let at = 0; at < CLIENTS; at++) {
    const client = new Connection({ url: broker.amqpUrl, heartbeat: 60, connectionName: `joined-${at}` });
    clients.push(client);
    await client.acquire().then((channel) => channel.close());
  }
}, 120_000);

afterAll(async () => {
  await consumer?.close();
  await Promise.all([watcher, ...clients].map((one) => one?.close()));
  await broker?.kill();
}, 60_000);

test("names without statistics and the node's metrics equal the list, for every client", async () => {
  const api = createManagementApi(broker.managementUrl);
  const metrics = createMetricsApi([broker.metricsUrl]);
  const rows = async (path: string): Promise<readonly Listed[]> => {
    const answer = await api.get(path);
    const parsed = answer.ok ? parseConnections(answer.value.json) : answer;
    if (!parsed.ok) throw new Error(renderReason(parsed.failure.reason));
    return parsed.value.rows;
  };
  await vi.waitFor(
    async () => {
      const list = (await rows("/api/connections")).filter((one) => one.userProvidedName?.startsWith("joined-"));
      const scraped = (await metrics.get()).flatMap((one) => (one.ok ? [one.value.metrics] : []));
      const pidOf = new Map(list.flatMap((one) => [[sessionId("main", one), pids.get(one.name) ?? ""] as const]));
      const { connections, strangers } = withMetrics(await rows("/api/connections?disable_stats=true"), {
        broker: "main",
        known: new Map(list.map((one) => [whereOf(one), { ...one, recvOct: null, sendOct: null }])),
        pidOf,
        metrics: new Map(scraped.map((one) => [one.node, one])),
      });
      expect(connections).toHaveLength(CLIENTS);
      expect(new Set(connections)).toEqual(new Set(list));
      // The watcher at least is listed and was never described.
      expect(strangers).toBeGreaterThanOrEqual(1);
    },
    { timeout: LISTED_WITHIN_MS, interval: 500 },
  );
  await Promise.all([api.close(), metrics.close()]);
});
