import { describe, expect, test } from "vitest";
import { answersOf, type BrokerVersion, type BuiltAnswers, VERSIONS } from "@/lib/rabbitmq/api/built-answers.testing";
import { parseConnections, parseConsumers, parseNodes, parseOverview, parseQueues } from "@/lib/rabbitmq/api/parse";
import { backlogOf, totalBacklog } from "@/lib/rabbitmq/queues/backlog";
import { rolesOf } from "@/lib/rabbitmq/queues/roles";

type Read<T> =
  | { readonly ok: true; readonly value: { readonly rows: readonly T[]; readonly unreadable: number } }
  | { readonly ok: false };

const rowsOf = <T>(read: Read<T>): readonly T[] => {
  if (!read.ok || read.value.unreadable > 0) throw new Error("a row was lost");
  return read.value.rows;
};
const connectionsOf = (version: BrokerVersion) => rowsOf(parseConnections(answersOf(version).connections));
const queuesOf = (version: BrokerVersion) => rowsOf(parseQueues(answersOf(version).queues, "main"));

const ENDPOINTS: readonly (readonly [keyof BuiltAnswers, (answers: BuiltAnswers) => Read<unknown>])[] = [
  ["nodes", (answers) => parseNodes(answers.nodes)],
  ["connections", (answers) => parseConnections(answers.connections)],
  ["connectionsWithoutStatistics", (answers) => parseConnections(answers.connectionsWithoutStatistics)],
  ["consumers", (answers) => parseConsumers(answers.consumers)],
  ["queues", (answers) => parseQueues(answers.queues, "main")],
];

describe.each(VERSIONS)("%s", (version) => {
  test.each(ENDPOINTS)("%s: every row is read", (endpoint, parse) => {
    const answers = answersOf(version);
    expect(rowsOf(parse(answers)).length).toBe([answers[endpoint]].flat().length);
  });

  test("the overview has the version and the counters", () => {
    const overview = parseOverview(answersOf(version).overview);
    expect(overview).toMatchObject({
      ok: true,
      value: { connectionsCreated: expect.any(Number), statsDisabled: false },
    });
    expect(overview.ok && overview.value.version).toMatch(new RegExp(`^${version.split(" ")[0]}`));
  });

  test("a node has its state, its uptime and its alarms", () => {
    for (const node of rowsOf(parseNodes(answersOf(version).nodes))) {
      expect(node).toMatchObject({ running: true, memoryAlarm: false, diskAlarm: false });
      expect(node.uptimeMs).toBeGreaterThan(0);
    }
  });

  test("clients of AMQP 0-9-1 have name, timeout and bytes", () => {
    const clients = connectionsOf(version).filter((connection) => connection.protocol === "AMQP 0-9-1");
    expect(clients.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([10, 10, 10, 10]);
    for (const client of clients) expect([client.recvOct, client.userProvidedName, client.product]).not.toContain(null);
  });

  test("without statistics nothing is measured, and no connection is lost", () => {
    for (const connection of rowsOf(parseConnections(answersOf(version).connectionsWithoutStatistics))) {
      expect([connection.recvOct, connection.sendOct, connection.state]).toEqual([null, null, null]);
      expect(connection).toMatchObject({ vhost: "/", user: "guest", name: expect.stringContaining(" -> ") });
    }
  });

  test("queues without a policy have none in each of its forms; the others have theirs", () => {
    const policies = new Map(queuesOf(version).map((queue) => [queue.name, Object.keys(queue.effectivePolicy)]));
    expect([policies.get("mail"), policies.get("qq"), policies.get("st")]).toEqual([[], [], []]);
    expect(policies.get("pol.retry")).toContain("message-ttl");
  });

  test("a queue has the same role in every version", () => {
    const roles = new Map(rolesOf(queuesOf(version)).map((queue) => [queue.name, queue.role]));
    expect(["mail", "mail.delay", "orders.dead"].map((name) => roles.get(name))).toEqual([
      "work",
      "delay",
      "dead-letter",
    ]);
  });
});

test.each<[BrokerVersion, string[]]>([
  ["3.10 recorded", ["AMQP 1.0", "MQTT 3.1.1", "STOMP 1.2", "stream"]],
  ["3.13 built", ["AMQP 1.0", "MQTT 3-1", "MQTT 3-1-1", "MQTT 5-0", "STOMP 1.2", "Web MQTT 3-1-1", "stream"]],
  ["4.0 built", ["AMQP 1-0", "MQTT 3-1", "MQTT 3-1-1", "MQTT 5-0", "STOMP 1.2", "Web MQTT 3-1-1", "stream"]],
])("%s has its own names for the other protocols", (version, protocols) => {
  const others = connectionsOf(version).map((connection) => connection.protocol ?? "");
  expect(others.filter((protocol) => protocol !== "AMQP 0-9-1").toSorted()).toEqual(protocols);
});

test.each<[BrokerVersion, (string | number | null)[]]>([
  ["3.10 recorded", ["127.0.0.1", null]],
  ["4.2.6 built", ["amqplib-1", "amqplib", 10]],
  ["4.3 built", ["amqplib-1", "amqplib", 10]],
])("%s without statistics: static fields are listed from 4.2.6 on", (version, expected) => {
  const [connection] = rowsOf(parseConnections(answersOf(version).connectionsWithoutStatistics));
  const before = version === "3.10 recorded";
  const listed = before
    ? [connection?.name.split(":")[0], connection?.product]
    : [connection?.userProvidedName, connection?.product, connection?.timeoutSeconds];
  expect(listed).toEqual(expected);
});

describe("delayed retries of quorum queues in 4.3 wait inside the work queue", () => {
  const queues = rolesOf(queuesOf("4.3 built"));

  test.each<[string, number | null, number | null]>([
    ["qq.retrying", 5, 5],
    ["qq", 0, null],
    ["mail", null, null],
  ])("%s has %s delayed messages, and %s of them are retry backlog", (name, delayed, retry) => {
    const [queue] = queues.filter((queue) => queue.name === name);
    expect(queue).toMatchObject({ delayed, role: "work" });
    expect(queue && backlogOf(queue)).toEqual({ retry, deadLetter: null });
  });

  test("the total backlog counts them and those in retry queues", () => {
    const ready = queues.flatMap(({ role, ready }) => (role === "retry" || role === "delay" ? [ready ?? 0] : []));
    expect(totalBacklog(queues).retry).toBe(5 + ready.reduce((sum, count) => sum + count, 0));
  });

  test("before 4.3 the number is unknown, and not 0", () => {
    for (const queue of queuesOf("4.2.6 built")) expect(queue.delayed).toBeNull();
  });
});
