import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./fixtures.ts";
import { spawnClient } from "./world/clients/spawn.ts";
import { type Lastbeat, projectDirectory, startLastbeat } from "./world/lastbeat.ts";
import { freePorts } from "./world/ports.ts";
import { start } from "./world/processes.ts";
import { startReceiver } from "./world/receiver.ts";
import { until } from "./world/until.ts";

interface Seen {
  readonly reconnects: number;
  readonly alerts: readonly string[];
}

async function readState(app: Lastbeat): Promise<Seen | null> {
  const get = async (path: string) => {
    const answer = await fetch(app.url + path, { headers: { authorization: `Bearer ${app.apiToken}` } });
    return answer.json();
  };
  const clients: { name: string; reconnects: { last1h: number } }[] = (await get("/api/v1/clients")).items;
  const client = clients.find((one) => one.name === "flapper");
  if (!client) return null;
  const alerts: { id: string; state: string; rule: string }[] = (await get("/api/v1/alerts")).items;
  return {
    reconnects: client.reconnects.last1h,
    alerts: alerts.filter((one) => one.rule === "client-flapping").map((one) => `${one.id} ${one.state}`),
  };
}

async function flapper({ url, apiToken }: Lastbeat): Promise<{ sessionsOpen: number; consuming: string[] } | null> {
  const answer = await fetch(`${url}/api/v1/clients?name=flapper`, {
    headers: { authorization: `Bearer ${apiToken}` },
  });
  const { items } = await answer.json();
  return items[0] ?? null;
}

test("after kill -9 history, counts and alerts are unchanged, and only the pending notification is sent", async ({
  broker,
}) => {
  const receiver = await startReceiver();
  const app = await startLastbeat({
    config: {
      brokers: [{ id: "main", managementUrl: broker.managementUrl, pollSeconds: 1 }],
      webhooks: [{ id: "ops", url: receiver.url, secret: receiver.secret, allowPrivate: true }],
    },
  });
  receiver.answer(503);
  const url = broker.amqpUrl;
  const client = () =>
    spawnClient({ url, name: "flapper", library: "amqplib", heartbeat: 60, queue: "q.flapper", reconnect: true });
  for (let life = 0; life < 4; life++) {
    const one = await client();
    await one.waitFor("connected");
    await until("the new session to be counted", 30_000, async () =>
      (await readState(app))?.reconnects === life ? true : null,
    );
    // A client that lives for seconds and never consumes is a script: its ends are no lost connections.
    await until("its consumer to be listed", 30_000, async () =>
      (await flapper(app))?.consuming.length ? true : null,
    );
    await one.kill();
    await until("the end of the session to be detected", 30_000, async () =>
      (await flapper(app))?.sessionsOpen === 0 ? true : null,
    );
  }
  await receiver.waitFor((request) => request.status === 503, 30_000);
  const before = await readState(app);
  expect(before?.reconnects).toBe(3);
  expect(before?.alerts).toHaveLength(1);

  let again = app;
  for (let death = 0; death < 3; death++) {
    await again.kill();
    // The receiver rejected the delivery before the first kill and accepts it afterwards: pending deliveries survive.
    receiver.answer(204);
    again = await again.again();
    expect(await readState(again)).toEqual(before);
  }
  const delivered = await receiver.waitFor((request) => request.status === 204, 120_000);
  const ids = new Set(receiver.received.map((request) => request.id));
  expect([...ids]).toEqual([delivered.id]);
  expect(await again.stop()).toMatchObject({ code: 0, signal: null });
  again.remove();
  await receiver.stop();
});

test("startup fails on an invalid configuration and lists every error with its path", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lastbeat-faulty-"));
  const config = join(folder, "lastbeat.yaml");
  const secret = randomBytes(12).toString("hex");
  writeFileSync(
    config,
    `brokers: [{ id: a, managementUrl: "nowhere-${secret}" }]\nsources: [{ id: s, kind: mongo }]\n`,
  );
  const running = await start(process.execPath, [join(projectDirectory, "lib/server/launch/start.mjs")], {
    cwd: folder,
    env: {
      NODE_ENV: "production",
      PATH: process.env.PATH ?? "",
      LASTBEAT_CONFIG: config,
      LASTBEAT_LOG_LEVEL: "loud",
      LASTBEAT_DATA_DIR: folder,
      PORT: String(await freePorts()),
    },
  });
  const { code } = await running.exited;
  const output = running.lastWords();
  expect(code).toBe(1);
  for (const path of ["LASTBEAT_LOG_LEVEL", "brokers[0].managementUrl", "sources[0].kind"])
    expect(output).toContain(path);
  expect(output).not.toContain(secret);
  rmSync(folder, { recursive: true });
});
