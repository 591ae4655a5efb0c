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
  ["text that looks encoded", "%2F%00%zz"],
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
  ["the separators of our keys", "main|rabbit@a|x|1 (a, b)"],
  ["a property of every object", "__proto__"],
];

/** Takes one client with that name, user and virtual host, which consumes a queue of that name, from the broker to the API. */
async function roundTrip(name: string, label: string) {
  const wire = <T>(json: T): unknown => JSON.parse(JSON.stringify(json));
  const connection = `10.0.0.1:4711 -> 10.0.0.9:5672`;
  const connections = parseConnections(
    wire([
      {
        name: connection,
        user_provided_name: name,
        user: name,
        vhost: name,
        node: "rabbit@a",
        connected_at: 1_700_000_000_000,
        timeout: 60,
        recv_oct: 8,
        send_oct: 8,
        protocol: "AMQP 0-9-1",
      },
    ]),
  );
  const consumers = parseConsumers(
    wire([{ consumer_tag: name, queue: { name, vhost: name }, channel_details: { connection_name: connection } }]),
  );
  const queues = parseQueues(wire([{ name, vhost: name, messages_ready: 1, type: "classic" }]), "main");
  if (!connections.ok || !consumers.ok || !queues.ok) throw new Error("refused");
  const line = timeline();
  const lists = { connections: connections.value.rows, consumers: consumers.value.rows, queues: queues.value.rows };
  line.poll(lists);
  const { facts } = line.poll({ ...lists, connections: [] });
  await database.db.transaction().execute((trx) => saveBrokerFacts(trx, "main", facts, line.nowMs()));
  const [client] = line.memory().clients.values();
  if (client === undefined) throw new Error(`${label}: no client`);
  const { clients } = await loadBroker(database.db, "main", line.nowMs());
  const stored = clients.find(({ id }) => id === client.id);
  if (stored === undefined) throw new Error(`${label}: not stored`);
  const view = (source: typeof client) => ClientView.parse(wire(toView(source, [], line.memory(), line.nowMs())));
  return { live: view(client), stored: view(stored), queue: queues.value.rows[0], sessions: facts.sessions };
}

describe("any text can be a name: the API returns it as the broker sent it", () => {
  test.each(NAMES)("%s", async (label, name) => {
    const { live, stored, queue, sessions } = await roundTrip(name, label);
    for (const view of [live, stored]) {
      expect([view.name, view.user, view.vhost, view.consuming]).toEqual([name, name, name, [name]]);
    }
    expect([queue?.name, queue?.vhost]).toEqual([name, name]);
    expect(sessions.map((session) => session.connection)).toEqual(["10.0.0.1:4711 -> 10.0.0.9:5672"]);
  });

  test("NUL, which PostgreSQL cannot store, is replaced in the database only; the client stays the same", async () => {
    const { live, stored } = await roundTrip("a\0b", "NUL");
    expect([live.name, live.vhost, stored.name, stored.vhost]).toEqual(["a\0b", "a\0b", "a\ufffdb", "a\ufffdb"]);
    expect(stored.id).toBe(live.id);
  });

  test("a connection name is cut after 255 bytes, never within a character", async () => {
    const { live } = await roundTrip(`${"n".repeat(254)}🐇more`, "too long");
    expect(live.name).toBe("n".repeat(254));
    expect(live.user).toBe(`${"n".repeat(254)}🐇more`);
  });

  test("white space around a name is removed, and a blank name counts as none", async () => {
    expect((await roundTrip("\t padded \n", "padded")).live).toMatchObject({
      name: "padded",
      namedBy: "connection-name",
    });
    expect((await roundTrip(" ", "blank")).live.namedBy).toBe("identity");
  });
});

test("ids consist of letters and digits, so links need no quoting, and all differ", async () => {
  const ids = await Promise.all(NAMES.map(async ([label, name]) => (await roundTrip(name, label)).live.id));
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-z]+$/);
    expect(new URL(`/clients/${id}`, "http://lastbeat").pathname).toBe(`/clients/${decodeURIComponent(id)}`);
  }
  expect(new Set(ids).size).toBe(NAMES.length);
});

test.each(NAMES)("a list can be filtered by it: %s", async (label, name) => {
  const { live } = await roundTrip(name, label);
  const query = new URLSearchParams({ user: name, vhost: name }).toString();
  const filter = ClientFilter.parse(Object.fromEntries(new URLSearchParams(query)));
  expect(passes(live, filter)).toBe(true);
  expect(passes(live, { ...filter, user: `${name}.` })).toBe(false);
});
