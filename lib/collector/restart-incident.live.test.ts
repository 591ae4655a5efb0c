import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Broker, startBroker } from "@/e2e/world/broker";
import { type Client, spawnClient } from "@/e2e/world/clients/spawn";
import { openPostgres } from "@/e2e/world/external-services";
import type { Postgres } from "@/e2e/world/postgres";
import { type Receiver, startReceiver } from "@/e2e/world/receiver";
import { type CollectorProcess, collectorProcess } from "@/lib/collector/collector-process.testing";

/** Who is away for a minute longer than the others is named; the rest is a slow machine. */
const WITHIN = { timeout: 300_000, interval: 500 };

let broker: Broker;
let postgres: Postgres;
let chat: Receiver;
let database: pg.Client;
let directory: string;
let collector: CollectorProcess | null = null;
const clients: Client[] = [];
const prefix = `mailer-${randomBytes(3).toString("hex")}`;

beforeAll(async () => {
  [broker, postgres, chat, directory] = await Promise.all([
    startBroker(),
    openPostgres(),
    startReceiver(),
    mkdtemp(join(tmpdir(), "lastbeat-restart-")),
  ]);
  database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
}, 180_000);

afterAll(async () => {
  await collector?.kill();
  await Promise.all(clients.map((client) => client.kill()));
  await database?.end();
  await Promise.all([broker?.kill(), postgres?.stop(), chat?.stop()]);
  await rm(directory, { recursive: true, force: true });
}, 120_000);

const consumer = (at: number, reconnect: boolean): Promise<Client> => {
  const name = `${prefix}-${at}`;
  return spawnClient({ url: broker.amqpUrl, name, library: "amqplib", heartbeat: 30, reconnect, queue: name });
};

async function rows<Row extends pg.QueryResultRow>(statement: string): Promise<readonly Row[]> {
  return (await database.query<Row>(statement)).rows;
}
const connected = async () =>
  (
    await rows(
      `SELECT FROM lastbeat.clients WHERE name LIKE '${prefix}-%' AND state = 'connected' AND consuming <> '[]'`,
    )
  ).length;
const firing = async () =>
  (await rows<{ rule: string }>("SELECT rule FROM lastbeat.alerts WHERE state = 'firing'")).map(({ rule }) => rule);

/** Kind and rule of each message in the chat, in their order. */
const messages = () => chat.received.map(({ body }) => String(JSON.parse(body).blocks[0].text.text));

test("a broker restart with a consumer that does not return is one incident, and one message opens it", async () => {
  const main = { id: "main", managementUrl: broker.managementUrl, amqpUrl: broker.amqpUrl, pollSeconds: 1 };
  const webhooks = [{ id: "chat", url: chat.url, format: "slack", allowPrivate: true }];
  collector = await collectorProcess(directory, postgres.url, { brokers: [main], webhooks });
  await collector.start();
  for (const at of [0, 1, 2, 3]) clients.push(await consumer(at, at !== 3));
  await vi.waitFor(async () => expect(await connected()).toBe(4), WITHIN);

  await broker.restart("orderly");
  await vi.waitFor(async () => expect(await firing()).toContain("clients-not-back"), WITHIN);
  await vi.waitFor(() => expect(messages().join("\n")).toContain("clients-not-back"), WITHIN);
  clients.push(await consumer(3, true));
  await vi.waitFor(async () => expect(await firing()).toEqual([]), WITHIN);
  await vi.waitFor(() => expect(messages().at(-1)).toMatch(/^Resolved/), WITHIN);

  const incidents = await rows<{ resolved_ms: string | null }>("SELECT resolved_ms FROM lastbeat.incidents");
  expect(incidents, JSON.stringify(messages())).toHaveLength(1);
  expect(incidents[0]?.resolved_ms).not.toBeNull();
  expect(messages().filter((text) => text.startsWith("Resolved"))).toHaveLength(1);
  const alerts = await rows("SELECT FROM lastbeat.alerts WHERE fired_ms > 0");
  // It opens, and is sent again for what joined: never more than one message for each alert, and the end.
  expect(messages().length).toBeLessThanOrEqual(alerts.length + 1);
}, 900_000);
