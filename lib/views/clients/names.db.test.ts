import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import { saveBrokerFacts } from "@/lib/collector/tick/save-tick";
import { parseConnections, parseConsumers, parseQueues } from "@/lib/rabbitmq/api/parse";
import type { Database } from "@/lib/storage/database";
import { loadBroker } from "@/lib/storage/rabbitmq/sessions";
import { testDatabase } from "@/lib/storage/storage.testing";
import { ClientFilter, passes } from "@/lib/views/clients/filter";
import { toView } from "@/lib/views/clients/read";
import { ClientView } from "@/lib/views/clients/schema";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const NAMES: readonly (readonly [string, string])[] = [
  ["a per cent sign", "50%"],
  ["what looks encoded", "%2F%00%zz"],
  ["slashes", "/a//b/../"],
  ["spaces", "two  words"],
  ["an arrow, as between two hosts", "10.0.0.1:1 -> 10.0.0.2:2"],
  ["emoji", "🐇👩‍👩‍👧‍👦🏳️‍🌈"],
  ["control characters", "a\u0001\u001b[31mred\u0007\r\n\tb"],
  ["right to left", "\u202etxt.exe שלום"],
  ["255 bytes", "n".repeat(255)],
  ["255 bytes of emoji", `${"🐇".repeat(63)}abc`],
  ["HTML", `<img src=x onerror=alert(1)>&amp;"'</script>`],
  ["SQL", `'; DROP TABLE lastbeat.clients; --`],
  ["a query and a fragment", "?a=b&c=d#e"],
  ["our own separators", "main|rabbit@a|x|1 (a, b)"],
  ["what a prototype holds", "__proto__"],
];

/** One client of that name, user and virtual host that consumes a queue of that name, through every station. */
async function throughAll(name: string, at: string) {
  const wire = <T>(json: T): unknown => JSON.parse(JSON.stringify(json));
  const connection = `10.0.0.1:4711 -> 10.0.0.9:5672`;
  const connections = parseConnections(
    wire([
      {
        ...{ name: connection, user_provided_name: name, user: name, vhost: name, node: "rabbit@a" },
        ...{ connected_at: 1_700_000_000_000, timeout: 60, recv_oct: 8, send_oct: 8, protocol: "AMQP 0-9-1" },
      },
    ]),
  );
  const consumers = parseConsumers(
    wire([{ consumer_tag: name, queue: { name, vhost: name }, channel_details: { connection_name: connection } }]),
  );
  const queues = parseQueues(wire([{ name, vhost: name, messages_ready: 1, type: "classic" }]), "main");
  if (!connections.ok || !consumers.ok || !queues.ok) throw new Error("refused");
  const line = timeline();
  const seen = { connections: connections.value.rows, consumers: consumers.value.rows, queues: queues.value.rows };
  line.poll(seen);
  const { facts } = line.poll({ ...seen, connections: [] });
  await database.db.transaction().execute((trx) => saveBrokerFacts(trx, "main", facts, line.nowMs()));
  const [client] = line.memory().clients.values();
  if (client === undefined) throw new Error(`${at}: no client`);
  const { clients } = await loadBroker(database.db, "main", line.nowMs());
  const stored = clients.find((one) => one.id === client.id);
  if (stored === undefined) throw new Error(`${at}: not stored`);
  const view = (one: typeof client) => ClientView.parse(wire(toView(one, [], line.memory(), line.nowMs())));
  return { live: view(client), stored: view(stored), queue: queues.value.rows[0], sessions: facts.sessions };
}

describe("a name is anybody's text: it comes out of the API as it came from the broker", () => {
  test.each(NAMES)("%s", async (at, name) => {
    const { live, stored, queue, sessions } = await throughAll(name, at);
    for (const view of [live, stored]) {
      expect([view.name, view.user, view.vhost, view.consuming]).toEqual([name, name, name, [name]]);
    }
    expect([queue?.name, queue?.vhost]).toEqual([name, name]);
    expect(sessions.map((session) => session.connection)).toEqual(["10.0.0.1:4711 -> 10.0.0.9:5672"]);
  });

  test("of NUL, which PostgreSQL cannot hold, the store alone keeps a mark; the client is the same one", async () => {
    const { live, stored } = await throughAll("a\0b", "NUL");
    expect([live.name, live.vhost, stored.name, stored.vhost]).toEqual(["a\0b", "a\0b", "a\ufffdb", "a\ufffdb"]);
    expect(stored.id).toBe(live.id);
  });

  test("a connection name beyond 255 is told up to there, and no character of it by half", async () => {
    const { live } = await throughAll(`${"n".repeat(254)}🐇more`, "too long");
    expect(live.name).toBe("n".repeat(254));
    expect(live.user).toBe(`${"n".repeat(254)}🐇more`);
  });

  test("white space around it is not part of it, and one of white space alone is none", async () => {
    expect((await throughAll("\t padded \n", "padded")).live).toMatchObject({
      name: "padded",
      namedBy: "connection-name",
    });
    expect((await throughAll(" ", "blank")).live.namedBy).toBe("identity");
  });
});

test("the id of each is of letters and digits, so a link needs no quoting, and no two are alike", async () => {
  const ids = await Promise.all(NAMES.map(async ([at, name]) => (await throughAll(name, at)).live.id));
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-z]+$/);
    expect(new URL(`/clients/${id}`, "http://lastbeat").pathname).toBe(`/clients/${decodeURIComponent(id)}`);
  }
  expect(new Set(ids).size).toBe(NAMES.length);
});

test.each(NAMES)("a list can be narrowed to it: %s", async (at, name) => {
  const { live } = await throughAll(name, at);
  const query = new URLSearchParams({ user: name, vhost: name }).toString();
  const filter = ClientFilter.parse(Object.fromEntries(new URLSearchParams(query)));
  expect(passes(live, filter)).toBe(true);
  expect(passes(live, { ...filter, user: `${name}.` })).toBe(false);
});
