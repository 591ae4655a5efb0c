import { expect, test } from "./fixtures.ts";
import { expectWellRendered } from "./visual.ts";
import { spawnClient } from "./world/clients/spawn.ts";
import { until } from "./world/until.ts";

type Arguments = Readonly<Record<string, string | number>>;

const dlx = (exchange: string, key?: string, more: Arguments = {}) => ({
  "x-dead-letter-exchange": exchange,
  ...(key === undefined ? {} : { "x-dead-letter-routing-key": key }),
  ...more,
});
const ttl = (ms: number) => ({ "x-message-ttl": ms });

const EXCHANGES = { "retry.x": "direct", "topic.x": "topic", "topic.retry": "topic", deaf: "direct" };
const QUEUES: Readonly<Record<string, Arguments>> = {
  orders: dlx("retry.x", "orders.later"),
  "orders.wait": dlx("", "orders", ttl(3_000)),
  "orders.rest": {},
  invoices: dlx("", "orders.rest"),
  // A retry loop through topic exchanges that keeps the routing key; neither queue name reveals its role.
  mails: dlx("topic.retry"),
  "mails.b": dlx("topic.x", undefined, ttl(5_000)),
  "ruled.work": {},
  "ruled.b": ttl(30_000),
  "delayed-5000.tasks.orders": dlx("", "orders", { ...ttl(5_000), "x-expires": 3_600_000 }),
  "orders.sometime": dlx("", "orders"),
  "round.a": dlx("", "round.b", ttl(60_000)),
  "round.b": dlx("", "round.a", ttl(60_000)),
  lost: dlx("no.such.exchange"),
  mute: dlx("deaf", "nobody"),
};
const BINDINGS: readonly (readonly [exchange: string, queue: string, key: string])[] = [
  ["retry.x", "orders.wait", "orders.later"],
  ["topic.x", "mails", "mail.#"],
  ["topic.retry", "mails.b", "mail.*.failed"],
];
const WORK = ["orders", "invoices", "mails", "ruled.work"];

const FOUND = [
  "dead-letter-unread orders.rest",
  "exchange-missing lost",
  "loop-without-consumer round.a,round.b",
  "routes-nowhere mute",
];
const foundIn = (view: { findings: { kind: string; queues: string[] }[] }): string[] =>
  view.findings.map(({ kind, queues }) => `${kind} ${queues.toSorted()}`).toSorted();

/** Sends PUT and POST requests to the broker's management API. */
function managing(managementUrl: string) {
  const url = new URL(managementUrl);
  const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}`;
  return async (method: string, path: string, body: object): Promise<void> => {
    const headers = { authorization, "content-type": "application/json" };
    const answer = await fetch(`${url.origin}/api${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok, `${method} ${path} answered ${answer.status}`).toBe(true);
  };
}

test("the role of a queue comes from the topology, and configurations that lose messages are reported", async ({
  app,
  broker,
  signedIn: page,
}, info) => {
  const manage = managing(broker.managementUrl);
  const name = encodeURIComponent;
  for (const [exchange, type] of Object.entries(EXCHANGES)) await manage("PUT", `/exchanges/%2F/${exchange}`, { type });
  for (const [queue, args] of Object.entries(QUEUES)) {
    await manage("PUT", `/queues/%2F/${name(queue)}`, { durable: true, arguments: args });
  }
  for (const [exchange, queue, routing_key] of BINDINGS) {
    await manage("POST", `/bindings/%2F/e/${exchange}/q/${queue}`, { routing_key });
  }
  await manage("PUT", "/policies/%2F/ruled-work", {
    ...{ pattern: "^ruled\\.work$", "apply-to": "queues" },
    definition: { "dead-letter-exchange": "", "dead-letter-routing-key": "ruled.b" },
  });
  await manage("PUT", "/policies/%2F/ruled-b", {
    ...{ pattern: "^ruled\\.b$", "apply-to": "queues" },
    definition: { "dead-letter-exchange": "", "dead-letter-routing-key": "ruled.work", "message-ttl": 20_000 },
  });
  for (const routing_key of ["orders.rest", "round.a"]) {
    const message = { properties: {}, routing_key, payload: "x", payload_encoding: "string" };
    await manage("POST", "/exchanges/%2F/amq.default/publish", message);
  }
  const clients = await Promise.all(
    WORK.map((queue) =>
      spawnClient({
        url: broker.amqpUrl,
        name: `worker@${queue}`,
        library: "amqplib",
        heartbeat: 60,
        queue,
        queueArguments: QUEUES[queue],
      }),
    ),
  );

  const headers = { authorization: `Bearer ${app.apiToken}` };
  // Exchanges and bindings are read once a minute.
  const view = await until("the bindings to be read and all findings to be reported", 120_000, async () => {
    const shown = await (await page.request.get("/api/v1/queues?limit=1000", { headers })).json();
    const by = new Map(shown.items.map((one: { name: string }) => [one.name, one]));
    const consumed = (one: { name: string; consumers: number | null }) =>
      !WORK.includes(one.name) || one.consumers === 1;
    const ready = Object.keys(QUEUES).every((queue) => by.has(queue)) && shown.items.every(consumed);
    // Bindings may be read while this test is still creating them; the next read is a minute later.
    return ready && foundIn(shown).join() === FOUND.join() ? shown : null;
  });
  const roles = Object.fromEntries(
    view.items.map((one: { name: string; role: string; roleBecause: string; retriesInto: string | null }) => [
      one.name,
      `${one.role} ${one.roleBecause} ${one.retriesInto ?? ""}`.trim(),
    ]),
  );
  expect(roles).toMatchObject({
    orders: "work consumed",
    "orders.wait": "retry ttl-returns-to-cycle orders",
    "orders.rest": "dead-letter dead-letter-target",
    mails: "work consumed",
    "mails.b": "retry ttl-returns-to-cycle mails",
    "ruled.work": "work consumed",
    "ruled.b": "retry ttl-returns-to-cycle ruled.work",
    "delayed-5000.tasks.orders": "delay expiring-returns-to-queue orders",
    "orders.sometime": "delay message-ttl-returns-to-queue orders",
  });
  const since = view.findings.map((one: { sinceMs: number | null }) => one.sinceMs);
  expect(since, "they came while Lastbeat looked").not.toContain(null);
  const ruled = view.items.find((one: { name: string }) => one.name === "ruled.b");
  expect(ruled.messageTtlMs, "the smaller of argument and policy").toBe(20_000);

  await page.goto("/queues");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1 loop has no consumer");
  await expect(page.getByRole("cell", { name: /^round\.a.*in a loop nobody consumes/ })).toBeVisible();
  await page.getByRole("combobox", { name: "Role" }).selectOption("retry");
  await expect(page.getByRole("cell", { name: /^orders\.wait main/ })).toBeVisible();
  await expect(page.getByRole("cell", { name: /^lost/ })).toHaveCount(0);
  await expectWellRendered(page, info, "queues", () => expect(page.getByText("orders.wait").last()).toBeVisible());
  await Promise.all(clients.map((client) => client.stop()));
});
