import type { APIRequestContext } from "@playwright/test";
import { z } from "zod";
import { expect, test } from "./fixtures.ts";
import { spawnClient } from "./world/clients/spawn.ts";
import { until } from "./world/until.ts";

const HEARTBEAT = 20;
/** T + 10 s of lag + tolerance + one poll, with a margin for a busy machine; the broker closes after 3 T = 60 s. */
const LATE_WITHIN_MS = 55_000;
const CLOSED_WITHIN_MS = 80_000;

const NEIGHBOURS: readonly [string, string] = ["api@web-1", "billing@web-2"];

const Clients = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.string(),
      heartbeat: z.object({ closeExpectedMs: z.object({ from: z.number(), to: z.number() }).nullable() }),
      reconnects: z.object({ last1h: z.number() }),
      lastEnd: z.object({ atMs: z.number(), reason: z.string(), inferred: z.boolean() }).nullable(),
    }),
  ),
});
const Sessions = z.object({ items: z.array(z.object({ closedMs: z.number().nullable(), reconnect: z.boolean() })) });
const Deliveries = z.object({
  items: z.array(z.object({ event: z.string(), summary: z.string(), state: z.string() })),
});
const Notified = z.object({
  type: z.string(),
  data: z.object({
    alert: z.object({
      id: z.string(),
      rule: z.string(),
      labels: z.record(z.string(), z.string()),
      inferred: z.boolean(),
    }),
  }),
});

test("a frozen client is late before the broker closes its connection, and other clients are never late", async ({
  app,
  broker,
  receiver,
  signedIn: page,
}) => {
  const client = (name: string, library: "amqplib" | "rabbitmq-client") =>
    spawnClient({ url: broker.amqpUrl, name, library, heartbeat: HEARTBEAT, queue: `q.${name}`, reconnect: true });
  const frozen = await client("scanner@media", "amqplib");
  const neighbours = [await client(NEIGHBOURS[0], "rabbitmq-client"), await client(NEIGHBOURS[1], "amqplib")];
  for (const one of [frozen, ...neighbours]) await one.waitFor("connected");
  const api = page.request;
  const token = { authorization: `Bearer ${app.apiToken}` };
  const otherwise: string[] = [];
  const poll = async () => {
    const clients = Clients.parse(await (await api.get("/api/v1/clients", { headers: token })).json()).items;
    const beside = clients.filter((one) => NEIGHBOURS.includes(one.name));
    otherwise.push(...beside.filter((one) => one.state !== "connected").map((one) => `${one.name} ${one.state}`));
    return beside.length === NEIGHBOURS.length ? (clients.find((one) => one.name === "scanner@media") ?? null) : null;
  };
  await until("all three clients to be listed", 30_000, async () => ((await poll()) ? true : null));

  frozen.freeze();
  // Page and API are checked in parallel: the client may be late for only three seconds before it is closed.
  const [late] = await Promise.all([
    until("the frozen client to be late", LATE_WITHIN_MS, async () => {
      const seen = await poll();
      expect(seen?.lastEnd, "late before the broker closes it").toBeNull();
      return seen?.state === "late" ? seen : null;
    }),
    expect(page.getByRole("main")).toContainText("the broker will close it", { timeout: LATE_WITHIN_MS }),
  ]);
  const expected = late.heartbeat.closeExpectedMs;
  expect(expected).not.toBeNull();
  await expect(page.getByText(/scanner@media/).first()).toBeVisible();

  const ended = await until("the broker to close the connection", CLOSED_WITHIN_MS, async () => {
    const seen = await poll();
    return seen?.lastEnd ? seen.lastEnd : null;
  });
  expect(ended).toMatchObject({ reason: "heartbeat", inferred: false });
  // The broker closes the connection within the predicted span, and the next poll (2 s) sees it.
  expect(ended.atMs).toBeGreaterThanOrEqual((expected?.from ?? 0) - 1_000);
  expect(ended.atMs).toBeLessThanOrEqual((expected?.to ?? 0) + 8_000);

  frozen.thaw();
  const back = await until("the client to be connected again", 60_000, async () => {
    const seen = await poll();
    return seen?.state === "connected" ? seen : null;
  });
  expect(back.reconnects.last1h).toBe(1);
  expect(otherwise, "its neighbours were connected at every look").toEqual([]);
  await notified(api, token, back.id, receiver);
  for (const one of [frozen, ...neighbours]) await one.stop();
});

async function notified(
  api: APIRequestContext,
  token: Record<string, string>,
  id: string,
  receiver: { readonly received: readonly { readonly json: unknown; readonly signatureValid: boolean }[] },
): Promise<void> {
  const sessions = Sessions.parse(await (await api.get(`/api/v1/clients/${id}/sessions`, { headers: token })).json());
  expect(sessions.items.map((one) => [one.closedMs !== null, one.reconnect])).toEqual([
    [false, true],
    [true, false],
  ]);
  const ofClient = () =>
    receiver.received.flatMap((request) => {
      const body = Notified.safeParse(request.json);
      if (!body.success || body.data.data.alert.labels.client !== "scanner@media") return [];
      return [{ type: body.data.type, alert: body.data.data.alert, valid: request.signatureValid }];
    });
  await until("the resolved notification to be delivered", 20_000, async () =>
    ofClient().some((one) => one.type === "alert.resolved" && one.alert.rule === "heartbeat-late") ? true : null,
  );
  const late = ofClient().filter((one) => one.alert.rule === "heartbeat-late");
  // On a slow machine the client is away for so long that the alert becomes critical: the same alert fires once more.
  const types = late.map(({ type }) => type);
  expect([types[0], types.at(-1)]).toEqual(["alert.firing", "alert.resolved"]);
  expect(types.filter((type) => type === "alert.resolved")).toHaveLength(1);
  expect(new Set(late.map(({ alert }) => alert.id)).size).toBe(1);
  expect(late.every(({ valid }) => valid)).toBe(true);
  expect(late[0]?.alert.inferred).toBe(true);
  await until("both deliveries to be listed as delivered", 20_000, async () => {
    const list = Deliveries.parse(await (await api.get("/api/v1/deliveries", { headers: token })).json()).items;
    const own = list.filter((one) => one.summary.includes("scanner@media"));
    return own.length >= 2 && own.every((one) => one.state === "delivered") ? true : null;
  });
}
