import { randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import { Webhook as Verifier } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Database } from "@/lib/postgres/connect";
import { testDatabase } from "@/lib/storage/testing";
import {
  type AttemptMade,
  createDeliverer,
  type Deliverer,
  type DeliveryState,
  type Outgoing,
} from "@/lib/webhooks/deliver";
import { standardBody } from "@/lib/webhooks/formats/standard";
import { switchedOff } from "@/lib/webhooks/switched-off";
import { anEvent, aWebhook, SECRETS } from "@/lib/webhooks/testing";

const [secret = ""] = SECRETS;

/** Rows in memory: what the deliverer asks of its store, and no more. */
class Rows {
  readonly attempts: (AttemptMade & { id: string; state: DeliveryState; nextMs: number | null })[] = [];
  readonly kept = new Map<string, Outgoing>();
  failures = 0;
  find = async (id: string): Promise<Outgoing | null> => this.kept.get(id) ?? null;
  record = async (id: string, attempt: AttemptMade, state: DeliveryState, nextMs: number | null): Promise<void> => {
    if (this.failures-- > 0) throw new Error("the database is away");
    this.attempts.push({ ...attempt, id, state, nextMs });
    const row = this.kept.get(id);
    if (row) this.kept.set(id, { ...row, state });
  };
  readonly marks = new Map<string, unknown>();
  readonly off = switchedOff({
    get: async (key, schema) => schema.parse(this.marks.get(key) ?? null),
    set: async (key, value) => void this.marks.set(key, value),
  });
  disabled = this.off.disabled;
  disable = this.off.disable;
  statesOf = (id: string): string[] =>
    this.attempts.filter((one) => one.id === id).map(({ state, status }) => `${state}:${status}`);
}

let database: Database;
let server: Server;
let answer: RequestListener;
let received: { webhook: string; id: string; valid: boolean }[];
let rows: Rows;
let deliverer: Deliverer;
let complaints: string[];

beforeAll(async () => {
  database = await testDatabase();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(chunks).toString();
    const valid = new Verifier(secret).verify(body, headers) !== null;
    received.push({ webhook: (request.url ?? "").slice(1), id: headers["webhook-id"] ?? "", valid });
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.close();
});

beforeEach(() => {
  received = [];
  complaints = [];
  rows = new Rows();
  answer = (_, response) => response.end();
});
afterEach(async () => {
  await deliverer.stop();
  await database.pool.query("DELETE FROM pgboss.job");
});

function port(): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function begin(options: { delaysMs?: readonly number[]; timeoutMs?: number } = {}): Promise<void> {
  const webhooks = ["ops", "slow"].map((id) => ({ ...aWebhook(`http://127.0.0.1:${port()}/${id}`), id }));
  const log = (_: string, message: string) => void complaints.push(message);
  const { pool } = database;
  deliverer = createDeliverer({ pool, webhooks, store: rows, log, now: Date.now, delaysMs: [10, 10, 10], ...options });
  await deliverer.start();
}

const BODY = JSON.stringify(standardBody(anEvent));

/** What a tick does: the row and the job in one transaction, then the nudge. */
async function keep(webhook = "ops", fail: Error | null = null, body = BODY): Promise<string> {
  const id = `msg_${randomUUID()}`;
  rows.kept.set(id, { id, webhook, body, state: "queued" });
  await database.db.transaction().execute(async (trx) => {
    await deliverer.enqueue(trx, { id, webhook });
    if (fail) throw fail;
  });
  deliverer.nudge();
  return id;
}

const jobs = async (): Promise<string[]> => {
  const { rows: left } = await database.pool.query(
    "SELECT state::text FROM pgboss.job WHERE name = 'webhook-deliveries'",
  );
  return left.map(({ state }) => state);
};
const until = (claim: () => unknown) => vi.waitFor(claim, { timeout: 15_000, interval: 10 });
const respond = (...statuses: number[]): RequestListener => {
  const left = [...statuses];
  return (_, response) => response.writeHead(left.shift() ?? 200, { location: "/ops" }).end();
};

describe("a delivery", () => {
  test.each([
    ["is accepted", [200], ["delivered:200"]],
    ["is accepted at the third attempt", [500, 429, 204], ["failed:500", "failed:429", "delivered:204"]],
    [
      "is given up after the last attempt",
      [500, 500, 500, 500],
      ["failed:500", "failed:500", "failed:500", "dead:500"],
    ],
    ["is given up when its receiver is gone", [410], ["dead:410"]],
    ["does not follow redirects", [307], ["dead:307"]],
  ])("%s", async (_, statuses, states) => {
    answer = respond(...statuses);
    await begin();
    const id = await keep();
    await until(() => expect(rows.statesOf(id)).toEqual(states));
    await until(async () => expect(new Set(await jobs())).toEqual(new Set(["completed"])));
    expect(received).toEqual(statuses.map(() => ({ webhook: "ops", id, valid: true })));
    expect(rows.attempts.map(({ nextMs }) => nextMs !== null)).toEqual(
      states.map((state) => state.startsWith("failed")),
    );
  });

  test("is made again after a time-out", async () => {
    let calls = 0;
    answer = (_, response) => void (calls++ > 0 && response.end());
    await begin({ timeoutMs: 200 });
    const id = await keep();
    await until(() => expect(rows.statesOf(id)).toEqual(["failed:null", "delivered:200"]));
  });

  test("rolled back is not sent", async () => {
    await begin();
    await expect(keep("ops", new Error("rolled back"))).rejects.toThrow("rolled back");
    expect(await jobs()).toEqual([]);
    const id = await keep();
    await until(() => expect(rows.statesOf(id)).toEqual(["delivered:200"]));
    expect(received.map((one) => one.id)).toEqual([id]);
  });

  test("to a webhook that was taken out of the configuration is dead, and says so", async () => {
    await begin();
    const id = await keep("former");
    await until(() => expect(rows.statesOf(id)).toEqual(["dead:null"]));
    expect(rows.attempts[0]?.error).toContain("no longer in the configuration");
  });

  test("to a receiver that is gone switches its webhook off, until somebody switches it on or its settings change", async () => {
    answer = respond(410);
    await begin();
    const told = await keep();
    await until(() => expect(rows.statesOf(told)).toEqual(["dead:410"]));
    expect(complaints).toContain("a webhook was switched off: its receiver wants no more");
    const [later, other] = [await keep(), await keep("slow")];
    await until(() => expect(rows.statesOf(later)).toEqual(["dead:null"]));
    await until(() => expect(rows.statesOf(other)).toEqual(["delivered:200"]));
    expect(rows.attempts.find(({ id }) => id === later)?.error).toBe("the webhook is switched off: it answered 410");
    expect(received.map(({ id }) => id).toSorted()).toEqual([told, other].toSorted());
    const webhook = aWebhook(`http://127.0.0.1:${port()}/ops`);
    expect(await rows.off.disabled(webhook)).toMatchObject({ because: "answered 410" });
    expect(await rows.off.disabled({ ...webhook, url: `${webhook.url}/new` })).toBeNull();
    await rows.off.enable(webhook);
    const last = await keep();
    await until(() => expect(rows.statesOf(last)).toEqual(["delivered:200"]));
  });

  test("of what is no event is dead, and says so", async () => {
    await begin();
    const id = await keep("ops", null, '{"type":"alert.firing"}');
    await until(() => expect(rows.statesOf(id)).toEqual(["dead:null"]));
    expect(received).toEqual([]);
  });

  test("already delivered, or no longer there, is not sent", async () => {
    await begin();
    const [done, gone] = [await keep("slow"), await keep("slow")];
    await until(() => expect(received).toHaveLength(2));
    await until(() => expect(rows.attempts).toHaveLength(2));
    rows.kept.delete(gone);
    await database.db.transaction().execute(async (trx) => {
      for (const id of [done, gone]) await deliverer.enqueue(trx, { id, webhook: "slow" });
    });
    await until(async () => expect(await jobs()).toEqual(["completed", "completed", "completed", "completed"]));
    expect(received).toHaveLength(2);
  });
});

test("a hanging webhook leaves places to the others", async () => {
  answer = (request, response) => void (request.url === "/ops" && response.end());
  await begin({ timeoutMs: 4_000 });
  for (let count = 0; count < 12; count++) await keep("slow");
  await until(() => expect(received.length).toBeGreaterThan(0));
  const ids = [await keep(), await keep()];
  await until(() => expect(ids.map(rows.statesOf)).toEqual([["delivered:200"], ["delivered:200"]]));
  expect(rows.attempts).toHaveLength(2);
  expect(received.filter(({ webhook }) => webhook === "slow").length).toBeLessThanOrEqual(4);
});

test("many at once are each sent once", async () => {
  await begin();
  const ids = await Promise.all(Array.from({ length: 40 }, () => keep()));
  await until(() => expect(rows.attempts).toHaveLength(40));
  expect(received.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
});

describe("stopping and dying", () => {
  test("an attempt under way at a stop is given back, and made at the next start under the same id", async () => {
    answer = () => undefined;
    await begin();
    const id = await keep();
    await until(() => expect(received).toHaveLength(1));
    await deliverer.stop();
    expect(rows.attempts).toEqual([]);
    answer = (_, response) => response.end();
    await begin();
    await until(() => expect(rows.statesOf(id)).toEqual(["delivered:200"]));
    expect(received.map((one) => one.id)).toEqual([id, id]);
  });

  test("an attempt that could not be recorded is repeated when its claim expires", async () => {
    await begin();
    rows.failures = 1;
    const id = await keep();
    await until(() => expect(complaints).toContain("an attempt could not be recorded"));
    expect(await jobs()).toEqual(["active"]);
    await deliverer.stop();
    // What 30 seconds and the supervision of pg-boss would do.
    await database.pool.query(
      "UPDATE pgboss.job SET state = 'retry', started_on = NULL, retry_count = retry_count + 1",
    );
    await begin();
    await until(() => expect(rows.statesOf(id)).toEqual(["delivered:200"]));
    expect(received.map((one) => one.id)).toEqual([id, id]);
  });

  test("a claim that was lost queues nothing", async () => {
    answer = async (_, response) => {
      await database.pool.query("UPDATE pgboss.job SET retry_count = retry_count + 1 WHERE state = 'active'");
      response.writeHead(500).end();
    };
    await begin();
    const id = await keep();
    await until(() => expect(rows.statesOf(id)).toEqual(["failed:500"]));
    await deliverer.stop();
    expect(await jobs()).toEqual(["active"]);
  });

  test("two deliverers on one database share the work", async () => {
    await begin();
    const first = deliverer;
    await begin();
    const ids = await Promise.all(Array.from({ length: 20 }, () => keep()));
    await until(() => expect(rows.attempts).toHaveLength(20));
    await first.stop();
    expect(received.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });
});
