import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { FLOWS, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { DEFAULT_FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";

const polls = (line: Timeline, ms: number, connections: readonly Connection[], queues: readonly string[] = []) => {
  const consumers = connections.flatMap(({ name }) => queues.map((queue) => ({ connection: name, queue, tag: queue })));
  const facts = [];
  for (let at = 0; at < ms; at += 5 * SECOND) facts.push(line.poll({ connections, consumers }).facts);
  return facts;
};

const ends = (line: Timeline, connection: Connection, reason: EndReason) => {
  const atMs = line.nowMs();
  line.pushEvents(
    [
      { kind: "close-reason", atMs, connection: connection.name, reason, detail: null, final: true },
      { kind: "closed", atMs, node: "rabbit@a", connection: connection.name },
    ],
    SECOND,
  );
};

const clientsOf = (line: Timeline) =>
  [...line.memory().clients.values()].map(({ name, state, reconnectsMs }) => [name, state, reconnectsMs.length]);

const spring = (line: Timeline, life: number, facts: Partial<Connection> = {}) =>
  aConnection(1000 + life, {
    userProvidedName: `rabbitConnectionFactory#6b1274d2:${life}`,
    product: "RabbitMQ",
    platform: "Java",
    timeoutSeconds: 0,
    connectedAtMs: line.nowMs(),
    ...facts,
  });

/** One life a minute, each ended by the network. */
function springLives(line: Timeline, lives: number): Connection {
  let current = spring(line, 0);
  polls(line, MINUTE, [current]);
  for (let life = 1; life < lives; life++) {
    ends(line, current, "connection-lost");
    current = spring(line, life);
    polls(line, MINUTE, [current]);
  }
  return current;
}

describe("default names that change at each start are one client", () => {
  test("twelve connections of Spring, one a minute: eleven reconnects", () => {
    const line = timeline([], FLOWS);
    springLives(line, 12);
    expect(clientsOf(line)).toEqual([["rabbitConnectionFactory (10.0.0.1)", "connected", 11]]);
  });

  test("the same with the rule switched off: twelve clients", () => {
    const line = timeline(
      [],
      FLOWS,
      DEFAULT_FOLDING_RULE_IDS.filter((id) => id !== "spring-amqp"),
    );
    springLives(line, 12);
    expect(line.memory().clients.size).toBe(12);
  });

  test("Spring's default name on two hosts: two clients, and the loss of one is seen", () => {
    const line = timeline([], FLOWS);
    const here = spring(line, 0);
    const there = spring(line, 0, { name: "10.0.0.2:1000 -> 10.0.0.9:5672", peerHost: "10.0.0.2" });
    polls(line, MINUTE, [here, there]);
    ends(line, there, "connection-lost");
    polls(line, 6 * MINUTE, [here]);
    expect(clientsOf(line).map(([, state]) => state)).toEqual(["connected", "lost"]);
  });

  test("a rolling update of a Deployment: the new pod is the old one's reconnect", () => {
    const line = timeline([], FLOWS);
    const before = aConnection(1, {
      userProvidedName: "orders-7d9c5b6f8-abcde",
      connectedAtMs: line.nowMs(),
      timeoutSeconds: 0,
    });
    polls(line, MINUTE, [before]);
    const after = aConnection(2, {
      name: "10.0.0.2:2 -> 10.0.0.9:5672",
      peerHost: "10.0.0.2",
      userProvidedName: "orders-6c8f7d9b5-xyz12",
      connectedAtMs: line.nowMs(),
    });
    polls(line, MINUTE, [after]);
    expect(clientsOf(line)).toEqual([["orders", "connected", 1]]);
  });
});

describe("users of a lease", () => {
  const leased = (line: Timeline, life: number, uuid: string, facts: Partial<Connection> = {}) =>
    aConnection(life, {
      userProvidedName: "orders",
      user: `approle-${uuid}-1b2c-4d3e-8f90-a1b2c3d4e5f6`,
      connectedAtMs: line.nowMs(),
      ...facts,
    });

  test.each([
    ["a named client", "orders"],
    ["an unnamed client", null],
  ])("%s with a new user is the same client", (_, userProvidedName) => {
    const line = timeline([], FLOWS);
    const before = leased(line, 1, "3f2c0d9a", { userProvidedName });
    polls(line, MINUTE, [before], ["mail"]);
    ends(line, before, "connection-lost");
    const after = leased(line, 2, "b7f1c2aa", { userProvidedName });
    polls(line, 10 * MINUTE, [after], ["mail"]);
    expect(clientsOf(line).map(([, state, reconnects]) => [state, reconnects])).toEqual([["connected", 1]]);
    expect([...line.memory().clients.values()].map(({ user }) => user)).toEqual([after.user]);
  });

  test("the rule is new: a connected client continues, and its next user is its reconnect", () => {
    const line = timeline([], FLOWS, []);
    const spring = leased(line, 1, "3f2c0d9a", { userProvidedName: "rabbitConnectionFactory#6b1274d2:0" });
    const unnamed = leased(line, 2, "3f2c0d9a", { userProvidedName: null });
    polls(line, MINUTE, [spring, unnamed], ["mail"]);
    line.restart(["spring-amqp"]);
    polls(line, MINUTE, [spring, unnamed], ["mail"]);
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    polls(line, MINUTE, [spring, unnamed], ["mail"]);
    for (const one of [spring, unnamed]) ends(line, one, "connection-lost");
    const next = [
      leased(line, 3, "b7f1c2aa", { userProvidedName: "rabbitConnectionFactory#6b1274d2:1" }),
      leased(line, 4, "b7f1c2aa", { userProvidedName: null }),
    ];
    polls(line, 10 * MINUTE, next, ["mail"]);
    expect(clientsOf(line).toSorted()).toEqual([
      ["amqplib approle@10.0.0.1 (mail)", "connected", 1],
      ["rabbitConnectionFactory (10.0.0.1)", "connected", 1],
    ]);
  });
});

describe("an unnamed client is the same with new reply and event queues", () => {
  test.each([
    [
      "Celery's worker",
      ["celery", "celery@w1.celery.pidbox", "celeryev.3f2c0d9a-1b2c-4d3e-8f90-a1b2c3d4e5f6"],
      ["celery", "celery@w1.celery.pidbox", "celeryev.b7f1c2aa-1b2c-4d3e-8f90-a1b2c3d4e5f6"],
    ],
    ["an RPC client", ["amq.gen-JzTY20BRgKO"], ["amq.gen-Xa2jHk7Tb0q"]],
  ])("%s", (_, first, second) => {
    const line = timeline([], FLOWS);
    const before = aConnection(1, { userProvidedName: null, product: "py-amqp", connectedAtMs: line.nowMs() });
    polls(line, MINUTE, [before], first);
    ends(line, before, "connection-lost");
    const after = aConnection(2, { userProvidedName: null, product: "py-amqp", connectedAtMs: line.nowMs() });
    polls(line, 10 * MINUTE, [after], second);
    expect(clientsOf(line).map(([, state, reconnects]) => [state, reconnects])).toEqual([["connected", 1]]);
  });
});

describe("an upgrade that brings the rules", () => {
  const lostOf = (facts: ReturnType<typeof polls>) =>
    facts.flatMap(({ readings }) => readings).filter(({ signal, value }) => signal === "client.lost" && value === 1);

  test("a connected client continues under its folded name: its next reconnect is one, and nothing is lost", () => {
    const line = timeline([], FLOWS, []);
    const current = springLives(line, 1);
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    polls(line, MINUTE, [current]);
    ends(line, current, "connection-lost");
    const next = spring(line, 1);
    expect(lostOf(polls(line, 10 * MINUTE, [next]))).toEqual([]);
    expect(clientsOf(line)).toEqual([["rabbitConnectionFactory (10.0.0.1)", "connected", 1]]);
  });

  test("a client that came back while Lastbeat was away reconnected", () => {
    const line = timeline([], FLOWS, []);
    const current = springLives(line, 1);
    ends(line, current, "connection-lost");
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    expect(lostOf(polls(line, 10 * MINUTE, [spring(line, 1)]))).toEqual([]);
    expect(clientsOf(line)).toEqual([["rabbitConnectionFactory (10.0.0.1)", "connected", 1]]);
  });

  test("clients that were lost under its former names are forgotten, and their alerts end", () => {
    const line = timeline([], FLOWS, []);
    const current = springLives(line, 12);
    expect(line.memory().clients.size).toBe(12);
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    const facts = polls(line, 10 * MINUTE, [current]);
    expect(lostOf(facts)).toEqual([]);
    expect(facts[0]?.ended).toHaveLength(12);
    expect(clientsOf(line)).toEqual([["rabbitConnectionFactory (10.0.0.1)", "connected", 0]]);
  });

  test("a client that is really gone is lost all the same", () => {
    const line = timeline([], FLOWS, []);
    const current = springLives(line, 1);
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    polls(line, MINUTE, [current]);
    ends(line, current, "connection-lost");
    expect(lostOf(polls(line, 6 * MINUTE, []))).not.toEqual([]);
  });

  test("Celery's worker continues without its former event queue", () => {
    const queues = (uuid: string) => [
      "celery",
      "celery@w1.celery.pidbox",
      `celeryev.${uuid}-1b2c-4d3e-8f90-a1b2c3d4e5f6`,
    ];
    const line = timeline([], FLOWS, []);
    const before = aConnection(1, { userProvidedName: null, connectedAtMs: line.nowMs() });
    polls(line, MINUTE, [before], queues("3f2c0d9a"));
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    polls(line, MINUTE, [before], queues("3f2c0d9a"));
    ends(line, before, "connection-lost");
    const after = aConnection(2, { userProvidedName: null, connectedAtMs: line.nowMs() });
    expect(lostOf(polls(line, 10 * MINUTE, [after], queues("b7f1c2aa")))).toEqual([]);
    expect(clientsOf(line)).toEqual([["amqplib app@10.0.0.1 (celery)", "connected", 1]]);
  });

  test("what no rule changes keeps its id, and a second start changes nothing", () => {
    const line = timeline([], FLOWS, []);
    const worker = aConnection(1, { connectedAtMs: line.nowMs() });
    const unnamed = aConnection(2, { userProvidedName: null, connectedAtMs: line.nowMs() });
    polls(line, MINUTE, [worker, unnamed], ["mail"]);
    const ids = [...line.memory().clients.keys()];
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    polls(line, MINUTE, [worker, unnamed], ["mail"]);
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    expect([...line.memory().clients.keys()]).toEqual(ids);
  });
});

describe("how clients are shown", () => {
  const shown = (line: Timeline) =>
    [...line.memory().clients.values()].map(({ name, displayName, folded }) => [name, displayName, folded.length]);

  test("by what distinguishes clients of one name, in alerts too; the label that rules match stays the name", () => {
    const line = timeline([], FLOWS);
    const shop = aConnection(1, { userProvidedName: "orders", vhost: "shop", connectedAtMs: line.nowMs() });
    const root = aConnection(2, { userProvidedName: "orders", connectedAtMs: line.nowMs() });
    const [first] = polls(line, MINUTE, [shop]);
    const last = polls(line, MINUTE, [shop, root]).at(-1);
    expect(shown(line)).toEqual([
      ["orders", "orders (vhost shop)", 0],
      ["orders", "orders (vhost /)", 0],
    ]);
    const named = (facts: typeof last) =>
      facts?.readings.flatMap(({ signal, labels, context }) =>
        signal === "client.lost" ? [[labels.client, context?.name]] : [],
      );
    expect(named(first)).toEqual([["orders", "orders"]]);
    expect(named(last)).toEqual([
      ["orders", "orders (vhost shop)"],
      ["orders", "orders (vhost /)"],
    ]);
  });

  test("with the parts of its latest name that change", () => {
    const line = timeline([], FLOWS);
    springLives(line, 3);
    expect([...line.memory().clients.values()].map(({ folded }) => folded)).toEqual([
      [{ of: "name", rule: "spring-amqp", text: "#6b1274d2:2" }],
    ]);
  });
});
