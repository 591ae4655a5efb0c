import { test as base, expect } from "@playwright/test";
import { z } from "zod";
import { type Client, spawnClient } from "./world/clients/spawn.ts";
import { type Cluster, type ClusterNode, startCluster } from "./world/cluster.ts";
import { type Lastbeat, startLastbeat } from "./world/lastbeat.ts";
import { until } from "./world/until.ts";

// A cluster of two nodes. One Lastbeat monitors it as two brokers, both through the first node: `events` polls and
// consumes the event and log exchanges, `polled` only polls. Then the second node is killed.

const WATCHED = ["events", "polled"] as const;
const HEARTBEAT = 60;
/** Counters, lists and events disagree for two aggregation stages of 5 s each; they agree within this time. */
const SETTLED_MS = 16_000;
/** A request that times out (15 s) during failover is repeated after six times as long; this may happen twice. */
const SEEN_WITHIN_MS = 300_000;

const End = z.object({ reason: z.string(), inferred: z.boolean() });
const Brokers = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      state: z.string(),
      because: z.string().nullable(),
      lastPollMs: z.number().nullable(),
      nodes: z.array(z.object({ name: z.string(), running: z.boolean() })),
      unassignedSessions: z.object({ last1h: z.number() }),
      comeback: z.object({ reason: z.string(), inferred: z.boolean(), went: z.number(), back: z.number() }).nullable(),
    }),
  ),
});
const Restarts = z.object({ restarts: z.array(z.object({ node: z.string() })) });
const Clients = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      broker: z.string(),
      name: z.string(),
      state: z.string(),
      sessionsOpen: z.number(),
      reconnects: z.object({ last1h: z.number() }),
      lastEnd: End.nullable(),
    }),
  ),
  next: z.null(),
});
const Sessions = z.object({
  items: z.array(z.object({ node: z.string(), closedMs: z.number().nullable(), end: End.nullable() })),
});

interface World {
  readonly cluster: Cluster;
  readonly app: Lastbeat;
}

const test = base.extend<object, { world: World }>({
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads this pattern to learn what a fixture depends on.
    async ({}, use) => {
      const cluster = await startCluster();
      try {
        const { managementUrl, amqpUrl } = cluster.first;
        const withEvents = { id: "events", managementUrl, amqpUrl, pollSeconds: 2 };
        const polled = { id: "polled", managementUrl, pollSeconds: 2 };
        const app = await startLastbeat({ config: { brokers: [withEvents, polled] } });
        await use({ cluster, app });
        expect(await app.stop(), "SIGTERM ends Lastbeat in good order").toEqual({ code: 0, signal: null });
        app.remove();
      } finally {
        await cluster.remove();
      }
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

test("killing a node disconnects its own clients until it restarts, and no client of the other node", async ({
  world,
  page,
}, info) => {
  const { cluster, app } = world;
  const clients = await begin(cluster, "kill");
  await until("all clients to be listed on both brokers", SEEN_WITHIN_MS, async () => isSeen(app, STAYED, 2 * HALF));

  await cluster.second.kill();
  await until("the node to be reported as not running", SEEN_WITHIN_MS, async () => {
    const nodes = (await brokersOf(app)).map((broker) => broker.nodes.find((one) => one.name === cluster.second.name));
    return nodes.every((node) => node?.running === false);
  });
  await until("its clients to be reported as absent", SEEN_WITHIN_MS, async () => isSeen(app, DISCONNECTED, HALF));
  expect((await seenOf(app, "kill")).filter((one) => one === STAYED)).toHaveLength(HALF);
  for (const broker of await brokersOf(app)) {
    expect(broker.state).toBe("reachable");
    expect(broker.nodes.find((node) => node.name === cluster.first.name)?.running).toBe(true);
  }
  await page.request.post(`${app.url}/api/v1/session`, { data: { password: app.adminPassword } });
  await page.goto(`${app.url}/brokers/events`);
  await expect(page.getByText(`Node ${cluster.second.name} is down.`)).toBeVisible();
  await page.screenshot({ path: info.outputPath("a-node-is-down.png"), fullPage: true });

  await cluster.second.start();
  await until("its clients to be connected again", SEEN_WITHIN_MS, async () => isSeen(app, BACK, HALF));
  await settled(app);
  expect((await seenOf(app, "kill")).toSorted()).toEqual([...Array(HALF).fill(STAYED), ...Array(HALF).fill(BACK)]);
  for (const broker of await brokersOf(app)) {
    expect(broker).toMatchObject({
      ...CALM,
      comeback: { reason: "node-down", inferred: true, went: 2, back: 2 },
    });
    const { restarts } = await ask(app, `brokers/${broker.id}?range=1h`, Restarts);
    expect(restarts.map((one) => one.node)).toEqual([cluster.second.name]);
  }
  await expectNodes(app, cluster);
  for (const client of clients) await client.close();
});

/** Two clients on each node, each monitored through both brokers. */
const HALF = 4;
const STAYED = "connected, 1 open, 0 back, no end";
const DISCONNECTED = "absent, 0 open, 0 back, node-down inferred";
const BACK = "connected, 1 open, 1 back, node-down inferred";

/** Throws the actual state, so that `until` prints it when the wait fails. */
async function isSeen(app: Lastbeat, line: string, times: number): Promise<true> {
  const seen = await seenOf(app, "kill");
  if (seen.filter((one) => one === line).length !== times) throw new Error(seen.join("; "));
  return true;
}

const CALM = { state: "reachable", unassignedSessions: { last1h: 0 } };

/** Starts one client of each of two libraries on each node. */
async function begin({ first, second }: Cluster, name: string): Promise<Client[]> {
  const on = (node: ClusterNode, at: string) =>
    (["amqplib", "pika"] as const).map((library) =>
      spawnClient({ url: node.amqpUrl, name: `${name}-${at}-${library}`, library, heartbeat: HEARTBEAT, queue: null }),
    );
  const clients = await Promise.all([...on(first, "first"), ...on(second, "second")]);
  for (const client of clients) await client.waitFor("connected");
  return clients;
}

/** One line for each client whose name has this prefix, from both brokers. */
async function seenOf(app: Lastbeat, name: string): Promise<string[]> {
  const { items } = await ask(app, "clients?limit=100", Clients);
  return items
    .filter((client) => client.name.startsWith(name))
    .map(({ state, sessionsOpen, reconnects, lastEnd }) => {
      const end = lastEnd === null ? "no end" : `${lastEnd.reason}${lastEnd.inferred ? " inferred" : ""}`;
      return `${state}, ${sessionsOpen} open, ${reconnects.last1h} back, ${end}`;
    });
}

/** Expects the node of each session: only sessions on the second node ended, and their successors are on it as well. */
async function expectNodes(app: Lastbeat, { first, second }: Cluster): Promise<void> {
  const { items } = await ask(app, "clients?limit=100", Clients);
  for (const client of items.filter((one) => one.name.startsWith("kill"))) {
    const sessions = (await ask(app, `clients/${client.id}/sessions`, Sessions)).items;
    const withEvents = sessions.map((one) => `${one.node} ${one.end?.reason ?? "open"}`);
    const node = client.name.includes("second") ? second.name : first.name;
    const ended = node === second.name ? [`${node} node-down`] : [];
    expect(withEvents, client.name).toEqual([`${node} open`, ...ended]);
  }
}

async function brokersOf(app: Lastbeat): Promise<z.infer<typeof Brokers>["items"]> {
  const { items } = await ask(app, "brokers", Brokers);
  expect(items.map((broker) => broker.id)).toEqual([...WATCHED]);
  return items;
}

/** Waits until both brokers have been polled successfully after `SETTLED_MS`, when every number has converged. */
async function settled(app: Lastbeat): Promise<void> {
  const caughtUpMs = Date.now() + SETTLED_MS;
  await until("the numbers to converge", SETTLED_MS + SEEN_WITHIN_MS, async () =>
    (await brokersOf(app)).every((broker) => broker.state === "reachable" && (broker.lastPollMs ?? 0) > caughtUpMs),
  );
}

async function ask<T>(app: Lastbeat, path: string, shape: z.ZodType<T>): Promise<T> {
  const headers = { authorization: `Bearer ${app.apiToken}` };
  return shape.parse(await (await fetch(`${app.url}/api/v1/${path}`, { headers })).json());
}
