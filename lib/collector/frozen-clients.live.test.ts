import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Broker } from "@/e2e/world/broker";
import { type Client, spawnClient } from "@/e2e/world/clients/spawn";
import { openBroker, openPostgres } from "@/e2e/world/external-services";
import type { Postgres } from "@/e2e/world/postgres";
import { type CollectorProcess, collectorProcess } from "@/lib/collector/collector-process.testing";

const CLIENTS = 20;
/** Too short for a warning: the broker closes the connection before silence can be told from old statistics. */
const TOO_SHORT_SECONDS = [4, 5, 6, 8, 10] as const;
/** Long enough: without events, that it was late is the only evidence of why a session ended. */
const LONG_ENOUGH_SECONDS = [20, 22] as const;
/** Seconds on an idle machine; others run here, too. */
const WITHIN = { timeout: 180_000, interval: 250 };

let broker: Broker;
let postgres: Postgres;
let database: pg.Client;
let directory: string;
let collector: CollectorProcess | null = null;
const clients: Client[] = [];
const prefix = `frozen-${randomBytes(3).toString("hex")}`;

beforeAll(async () => {
  [broker, postgres, directory] = await Promise.all([
    openBroker(),
    openPostgres(),
    mkdtemp(join(tmpdir(), "lastbeat-frozen-")),
  ]);
  database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
}, 180_000);

afterAll(async () => {
  await collector?.kill();
  await Promise.all(clients.map((client) => client.kill()));
  await database?.end();
  await Promise.all([broker?.kill(), postgres?.stop(), rm(directory, { recursive: true, force: true })]);
}, 120_000);

async function count(statement: string): Promise<number> {
  const { rows } = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${statement}`, [`${prefix}-%`]);
  return rows[0]?.n ?? 0;
}

const connected = () => count("lastbeat.clients WHERE name LIKE $1 AND state = 'connected' AND consuming <> '[]'");
const ended = () =>
  count(`lastbeat.sessions s JOIN lastbeat.clients c ON c.id = s.client
    WHERE c.name LIKE $1 AND s.closed_ms IS NOT NULL`);
const alerted = (state: string, phase: string) =>
  count(`(SELECT DISTINCT labels ->> 'client' FROM lastbeat.alerts WHERE labels ->> 'client' LIKE $1
    AND rule = 'heartbeat-late' AND state = '${state}' AND facts -> 'context' ->> 'phase' = '${phase}') named`);
const resolved = () =>
  count("lastbeat.alerts WHERE labels ->> 'client' LIKE $1 AND state = 'resolved' AND fired_ms > 0");

test.each([
  ["with the broker's events, timeouts too short for a warning", true, TOO_SHORT_SECONDS],
  ["by polling alone", false, LONG_ENOUGH_SECONDS],
] as const)(
  "twenty clients freeze while the process is killed three times: each has its alert until it is back (%s)",
  async (_, pushed, timeouts) => {
    await database.query("DROP SCHEMA IF EXISTS lastbeat CASCADE");
    const { managementUrl, amqpUrl } = broker;
    const main = { id: "main", managementUrl, pollSeconds: 1, ...(pushed ? { amqpUrl } : {}) };
    const process = await collectorProcess(directory, postgres.url, { brokers: [main] });
    collector = process;
    await process.start();
    for (const index of Array(CLIENTS).keys()) {
      const heartbeat = timeouts[index % timeouts.length] ?? 10;
      const name = `${prefix}-${pushed}-${index}`;
      const client = await spawnClient({
        ...{ url: amqpUrl, name, library: "amqplib", heartbeat, reconnect: true },
        // A client that lives for seconds and consumes nothing may be a script that only ended.
        queue: name,
      });
      clients.push(client);
    }
    await vi.waitFor(async () => expect(await connected()).toBe(CLIENTS), WITHIN);

    for (const client of clients) client.freeze();
    for (const endedBefore of [0, 4, 12]) {
      await vi.waitFor(async () => expect(await ended()).toBeGreaterThanOrEqual(endedBefore), WITHIN);
      await process.kill();
      await process.start();
    }
    await vi.waitFor(async () => expect(await alerted("firing", "disconnected")).toBe(CLIENTS), WITHIN);
    expect(await resolved()).toBe(0);

    for (const client of clients) client.thaw();
    await vi.waitFor(async () => expect(await alerted("resolved", "connected")).toBe(CLIENTS), WITHIN);
    expect(await resolved()).toBe(CLIENTS);
    await process.kill();
    await Promise.all(clients.splice(0).map((client) => client.kill()));
  },
  600_000,
);
