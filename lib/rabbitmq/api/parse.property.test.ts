import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { parseConnections, parseConsumers, parseNodes, parseOverview, parseQueues } from "@/lib/rabbitmq/api/parse";
import { EVENT_KEYS, parseEvent } from "@/lib/rabbitmq/events/event";
import { readLog } from "@/lib/rabbitmq/events/log-line";

const RUNS = { numRuns: propertyRuns(300) };
const anything = fc.jsonValue({ maxDepth: 4 });
const maybe = (value: fc.Arbitrary<unknown>) => fc.oneof({ weight: 3, arbitrary: value }, anything);
/** A record with the broker's keys, each of them valid, of another type, or missing. */
const row = fc.record(
  {
    name: maybe(fc.string({ unit: "binary" })),
    vhost: maybe(fc.string()),
    user_provided_name: maybe(fc.string({ unit: "binary", maxLength: 300 })),
    client_properties: maybe(fc.dictionary(fc.string(), anything)),
    timeout: maybe(fc.nat()),
    recv_oct: maybe(fc.nat()),
    messages_ready: maybe(fc.nat()),
    uptime: maybe(fc.nat()),
    running: maybe(fc.boolean()),
    arguments: anything,
    effective_policy_definition: anything,
    message_stats: anything,
    queue: anything,
    channel_details: anything,
    object_totals: anything,
    churn_rates: anything,
    timestamp_in_ms: maybe(fc.nat()),
    connection_name: anything,
    error: anything,
    node: anything,
    pid: anything,
  },
  { requiredKeys: [] },
);
const LISTS = [
  ["connections", parseConnections],
  ["consumers", parseConsumers],
  ["nodes", parseNodes],
  ["queues", (json: unknown) => parseQueues(json, "main")],
] as const;
const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);

describe("any JSON", () => {
  test.each(LISTS)("%s: every row is read or counted, and only a list is accepted", (_, parse) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(row, anything)), (json) => {
        const outcome = parse(json);
        expect(outcome.ok && outcome.value.rows.length + outcome.value.unreadable).toBe(json.length);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(anything, (json) => {
        expect(parse(json).ok).toBe(Array.isArray(json));
      }),
      RUNS,
    );
  });

  test("numbers are read as they are, and everything else is null", () => {
    fc.assert(
      fc.property(row, (json) => {
        const [connections, queues, nodes] = [parseConnections([json]), parseQueues([json], "b"), parseNodes([json])];
        for (const connection of connections.ok ? connections.value.rows : []) {
          expect([connection.recvOct, connection.timeoutSeconds]).toEqual([
            numberOf(json.recv_oct),
            numberOf(json.timeout),
          ]);
        }
        for (const queue of queues.ok ? queues.value.rows : []) expect(queue.ready).toBe(numberOf(json.messages_ready));
        for (const node of nodes.ok ? nodes.value.rows : []) expect(node.uptimeMs).toBe(numberOf(json.uptime));
      }),
      RUNS,
    );
  });

  test("the parsers of overview, events and log lines never throw", () => {
    fc.assert(
      fc.property(fc.oneof(row, anything), fc.constantFrom(...EVENT_KEYS, "connection.created"), (json, key) => {
        const overview = parseOverview(json);
        if (overview.ok) expect(overview.value.connections).toSatisfy(numberOrNull);
        for (const routingKey of [key, "connection.closed"]) parseEvent(routingKey, json);
        readLog({ body: json, node: null, receivedMs: 0 });
        parseEvent(key, { "x-opt-name": json, "x-opt-client-properties": json }, 1);
      }),
      RUNS,
    );
  });
});

const numberOrNull = (value: unknown): boolean => value === null || typeof value === "number";

describe("any text", () => {
  const prefix = "2026-11-21 04:50:50.794771+00:00 [error] <0.3343.0> ";

  test("a log line belongs to the connection at its beginning, whatever the client's name is", () => {
    const names = fc.string({ unit: "binary", maxLength: 255 });
    fc.assert(
      fc.property(names, (name) => {
        const first = `closing AMQP connection <0.1.0> (127.0.0.1:41324 -> 127.0.0.1:5672 - ${name}):`;
        const body = `${prefix}${first}\n${prefix}missed heartbeats from client, timeout: 10s\n`;
        const reading = readLog({ body, node: null, receivedMs: 7 });
        expect(reading).toMatchObject({
          event: { connection: "127.0.0.1:41324 -> 127.0.0.1:5672", reason: "heartbeat" },
        });
      }),
      RUNS,
    );
  });

  test("nothing throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const body of [text, `${prefix}${text}`, { level: "error", msg: text, time: text }, { a: text, b: 2e9 }])
          readLog({ body, node: null, receivedMs: 0 });
        parseEvent(text, { name: text, timestamp_in_ms: 1 });
      }),
      RUNS,
    );
  });
});
