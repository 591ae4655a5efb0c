import { test as base, expect } from "@playwright/test";
import { z } from "zod";
import { startBlackHole } from "./world/black-hole.ts";
import { type Broker, startBroker } from "./world/broker.ts";
import { type Client, spawnClient } from "./world/clients/spawn.ts";
import { type Lastbeat, startLastbeat } from "./world/lastbeat.ts";
import { until } from "./world/until.ts";

// Connections of four client libraries end for every possible reason. Two Lastbeats monitor the broker: one also
// consumes its event and log exchanges (`amqpUrl`), the other only polls.

const LIBRARIES = ["amqplib", "rabbitmq-client", "pika", "aio-pika"] as const;
type Library = (typeof LIBRARIES)[number];
const HEARTBEAT = 20;
/** The broker closes a connection 2 to 3 T after its last byte, and the next poll sees it. */
const CLOSED_WITHIN_MS = 120_000;
const SEEN_WITHIN_MS = 180_000;

const End = z.object({ reason: z.string(), inferred: z.boolean(), detail: z.string().nullable() });
type End = z.infer<typeof End>;
const Clients = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      product: z.string().nullable(),
      state: z.string(),
      sessionsOpen: z.number(),
      reconnects: z.object({ last1h: z.number() }),
    }),
  ),
  next: z.string().nullable(),
});
const Sessions = z.object({ items: z.array(z.object({ closedMs: z.number().nullable(), end: End.nullable() })) });
const Brokers = z.object({
  items: z.array(
    z.object({
      pushed: z.object({ events: z.object({ is: z.string() }), log: z.object({ is: z.string() }) }),
      refusals: z.array(z.object({ user: z.string(), detail: z.string() })),
      reconnects: z.object({ last1h: z.number() }),
    }),
  ),
});

interface World {
  readonly broker: Broker;
  /** Consumes the exchanges of events and log lines. */
  readonly withEvents: Lastbeat;
  /** Only polls. */
  readonly polled: Lastbeat;
}

const test = base.extend<object, { world: World }>({
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads this pattern to learn what a fixture depends on.
    async ({}, use) => {
      const broker = await startBroker();
      const config = (account: string, push: object) => {
        const managementUrl = broker.managementUrl.replace("guest:guest", account);
        return { brokers: [{ id: "main", managementUrl, pollSeconds: 2, ...push }] };
      };
      const account = await addAccount(broker, "listener", ACCOUNT_TAGS);
      const amqpUrl = broker.amqpUrl.replace("guest:guest", account);
      const withEvents = await startLastbeat({ config: config(account, { amqpUrl }) });
      const polled = await startLastbeat({ config: config(await addAccount(broker, "monitor", MONITOR), {}) });
      await use({ broker, withEvents, polled });
      for (const app of [withEvents, polled]) {
        expect(await app.stop(), "SIGTERM ends Lastbeat in good order").toEqual({ code: 0, signal: null });
        app.remove();
      }
      await broker.kill();
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

/** The permissions that the README recommends, and no others. */
const MONITOR = ["^$", "^$", "^$"];
const ACCOUNT_TAGS = ["^lastbeat\\.", "^lastbeat\\.", "^(lastbeat\\.|amq\\.rabbitmq\\.(event|log)$)"];

async function addAccount(broker: Broker, name: string, permissions: readonly string[]): Promise<string> {
  await broker.ctl(["add_user", name, "s3cret"]);
  await broker.ctl(["set_user_tags", name, "monitoring"]);
  await broker.ctl(["set_permissions", "-p", "/", name, ...permissions]);
  return `${name}:s3cret`;
}

async function ask<T>(app: Lastbeat, path: string, shape: z.ZodType<T>): Promise<T> {
  const response = await fetch(`${app.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${app.apiToken}` } });
  return shape.parse(await response.json());
}

const clientsOf = async (app: Lastbeat) => (await ask(app, "clients?limit=500", Clients)).items;

async function sessionsOf(app: Lastbeat, name: string): Promise<z.infer<typeof Sessions>["items"]> {
  const client = (await clientsOf(app)).find((one) => one.name === name);
  return client ? (await ask(app, `clients/${client.id}/sessions`, Sessions)).items : [];
}

const listed = (app: Lastbeat, names: readonly string[]) =>
  until(`${names.length} clients to be listed`, SEEN_WITHIN_MS, async () => {
    const seen = new Set((await clientsOf(app)).filter((one) => one.sessionsOpen > 0).map((one) => one.name));
    return names.every((name) => seen.has(name)) ? true : null;
  });

/** Waits for `count` ended sessions of a client and returns the ends, oldest first. */
const endsOf = (app: Lastbeat, name: string, count = 1): Promise<readonly End[]> =>
  until(`${count} ended session(s) of ${name}`, CLOSED_WITHIN_MS, async () => {
    const ends = (await sessionsOf(app, name)).flatMap((one) => (one.end === null ? [] : [one.end]));
    return ends.length >= count ? ends.reverse() : null;
  });

async function forceClosed(broker: Broker, name: string, reason: string): Promise<void> {
  const api = new URL(broker.managementUrl);
  const authorization = `Basic ${Buffer.from(`${api.username}:${api.password}`).toString("base64")}`;
  const list = await fetch(`${api.origin}/api/connections?columns=name,user_provided_name`, {
    headers: { authorization },
  });
  const rows = z
    .array(z.object({ name: z.string(), user_provided_name: z.string().optional() }))
    .parse(await list.json());
  const connection = rows.find((row) => row.user_provided_name === name)?.name ?? "";
  const answer = await fetch(`${api.origin}/api/connections/${encodeURIComponent(connection)}`, {
    method: "DELETE",
    headers: { authorization, "x-reason": reason },
  });
  expect(answer.status).toBe(204);
}

const spawnFor = (url: string, library: Library, name: string, reconnect: boolean): Promise<Client> =>
  spawnClient({ url, name, library, heartbeat: HEARTBEAT, queue: `q.${name}`, reconnect });

test("every closed connection has its reason: exact with events, inferred or unknown when only polling", async ({
  world,
}) => {
  const { broker, withEvents, polled } = world;
  const port = Number(new URL(broker.amqpUrl).port);
  const hole = await startBlackHole(port);
  const viaHole = broker.amqpUrl.replace(`:${port}`, `:${hole.port}`);
  const clients = new Map<string, Client>();
  for (const library of LIBRARIES) {
    for (const ending of ["closed", "killed", "frozen", "forced"]) {
      const name = `${library}-${ending}`;
      clients.set(name, await spawnFor(broker.amqpUrl, library, name, ending === "forced"));
    }
    clients.set(`${library}-cut`, await spawnFor(viaHole, library, `${library}-cut`, false));
    // One library at a time: of twenty processes that start at once, some do not connect in time.
    for (const client of clients.values()) await client.waitFor("connected");
  }
  const all = [...clients.keys()];
  const of = (library: Library, ending: string): Client => {
    const client = clients.get(`${library}-${ending}`);
    if (!client) throw new Error(`no ${library}-${ending}`);
    return client;
  };
  await Promise.all([listed(withEvents, all), listed(polled, all)]);

  hole.open();
  for (const library of LIBRARIES) {
    of(library, "frozen").freeze();
    await of(library, "closed").close();
    await of(library, "killed").kill();
    await forceClosed(broker, `${library}-forced`, "deploy 42");
  }

  for (const library of LIBRARIES) {
    await test.step(library, async () => {
      const exact = async (ending: string) => (await endsOf(withEvents, `${library}-${ending}`))[0];
      const seen = async (ending: string) => (await endsOf(polled, `${library}-${ending}`))[0];
      // aio-pika 8.2.5 mostly closes its socket without waiting for connection.close, and the broker reports that (measured).
      const farewells = library === "aio-pika" ? ["connection-lost", "client-closed"] : ["client-closed"];
      const closed = await exact("closed");
      expect(closed).toMatchObject({ inferred: false, detail: null });
      expect(farewells).toContain(closed?.reason);
      expect(await exact("killed")).toEqual({ reason: "connection-lost", inferred: false, detail: null });
      expect(await exact("forced")).toEqual({ reason: "forced", inferred: false, detail: "deploy 42" });
      for (const ending of ["closed", "killed", "forced"]) {
        expect(await seen(ending), `${ending}: polling cannot tell`).toMatchObject({ reason: "unknown" });
      }
      for (const ending of ["frozen", "cut"]) {
        expect(await exact(ending)).toMatchObject({ reason: "heartbeat", inferred: false });
        expect(await seen(ending)).toMatchObject({ reason: "heartbeat", inferred: true });
      }
    });
  }
  for (const app of [withEvents, polled]) {
    await until("the force-closed clients to have reconnected once each", SEEN_WITHIN_MS, async () => {
      const forced = (await clientsOf(app)).filter((one) => one.name.endsWith("-forced"));
      return forced.every((one) => one.sessionsOpen === 1 && one.reconnects.last1h === 1) ? true : null;
    });
    const products = new Set((await clientsOf(app)).map((one) => one.product));
    for (const product of ["amqplib", "rabbitmq-client", "Pika Python Client Library", "aiormq"]) {
      expect(products).toContain(product);
    }
  }
  for (const client of clients.values()) await client.kill();
  await hole.stop();
});

test("a wrong password is a failed login with its user, and neither a client nor a session", async ({ world }) => {
  const { broker, withEvents } = world;
  const client = await spawnFor(broker.amqpUrl.replace("guest:guest@", "guest:wrong@"), "pika", "no-entry", false);
  const [seen] = await until("the failed login to be reported", SEEN_WITHIN_MS, async () => {
    const [main] = (await ask(withEvents, "brokers", Brokers)).items;
    return main && main.refusals.length > 0 ? main.refusals : null;
  });
  expect(seen).toEqual({ user: "guest", detail: "user 'guest' - invalid credentials" });
  expect((await clientsOf(withEvents)).map((one) => one.name)).not.toContain("no-entry");
  await client.kill();
});

const RESTARTS = [
  {
    how: "stop_app and start_app",
    act: async (broker: Broker) => {
      await broker.ctl(["stop_app"]);
      await broker.ctl(["start_app"]);
    },
    withEvents: { reason: "broker-stopped", inferred: false },
  },
  {
    how: "SIGTERM",
    act: (broker: Broker) => broker.restart("orderly"),
    withEvents: { reason: "broker-stopped", inferred: false },
  },
  {
    how: "kill -9",
    act: (broker: Broker) => broker.restart("crash"),
    withEvents: { reason: "node-down", inferred: true },
  },
] as const;

for (const [at, { how, act, withEvents: expected }] of RESTARTS.entries()) {
  test(`a broker restart by ${how} ends one session of each client and starts one`, async ({ world }) => {
    const { broker, withEvents, polled } = world;
    await until("events and log lines to be received", SEEN_WITHIN_MS, async () => {
      const [main] = (await ask(withEvents, "brokers", Brokers)).items;
      return main?.pushed.events.is === "flowing" && main.pushed.log.is === "flowing" ? true : null;
    });
    const names = LIBRARIES.map((library) => `${library}-survives-${at}`);
    const clients = await Promise.all(
      LIBRARIES.map((library) => spawnFor(broker.amqpUrl, library, `${library}-survives-${at}`, true)),
    );
    for (const client of clients) await client.waitFor("connected");
    await Promise.all([listed(withEvents, names), listed(polled, names)]);
    await act(broker);
    for (const name of names) {
      await test.step(name, async () => {
        expect((await endsOf(withEvents, name))[0]).toMatchObject(expected);
        expect((await endsOf(polled, name))[0]).toMatchObject({ reason: "broker-stopped", inferred: true });
      });
    }
    for (const app of [withEvents, polled]) {
      await until("every client to have reconnected once", SEEN_WITHIN_MS, async () => {
        const back = (await clientsOf(app)).filter((one) => names.includes(one.name));
        return back.every((one) => one.sessionsOpen === 1 && one.reconnects.last1h === 1) ? true : null;
      });
    }
    for (const client of clients) await client.kill();
  });
}
