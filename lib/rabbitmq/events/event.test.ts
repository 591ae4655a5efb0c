import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EVENT_KEYS, parseEvent } from "@/lib/rabbitmq/events/event";

const recorded: Record<string, unknown> = JSON.parse(
  readFileSync(join(import.meta.dirname, "../api/recorded/3.10.8/events.json"), "utf8"),
);

test("an opened connection equals the one that the list shows later", () => {
  expect(parseEvent("connection.created", recorded["connection.created"])).toMatchObject({
    kind: "opened",
    atMs: expect.any(Number),
    pid: expect.stringMatching(/^<0\.\d+\.0>$/),
    connection: {
      name: expect.stringMatching(/^127\.0\.0\.1:\d+ -> 127\.0\.0\.1:21672$/),
      userProvidedName: "pika-1",
      product: "Pika Python Client Library",
      productVersion: "1.2.0",
      protocol: "AMQP 0-9-1",
      vhost: "/",
      user: "guest",
      node: "t21672@localhost",
      peerHost: "127.0.0.1",
      timeoutSeconds: 10,
      connectedAtMs: 1_795_235_402_816,
      recvOct: null,
    },
  });
});

test.each([
  ["3.10", { client_properties: [], variable_map: '#{<<"client_id">> => <<"phone-a1">>}' }],
  ["4.x", { client_properties: ['{<<"client_id">>,longstr,<<"phone-a1">>}'] }],
  ["4.x, event_exchange.protocol = amqp_1_0", { client_properties: { client_id: "phone-a1" } }],
])("an MQTT connection has its client id as its name, on %s", (_, properties) => {
  const { user_provided_name: _name, ...headers } = Object(recorded["connection.created"]);
  expect(parseEvent("connection.created", { ...headers, ...properties })).toMatchObject({
    connection: { userProvidedName: "phone-a1" },
  });
});

test("a closed connection is named, without a reason", () => {
  expect(parseEvent("connection.closed", recorded["connection.closed"])).toEqual({
    kind: "closed",
    atMs: 1_795_235_634_860,
    node: "t21672@localhost",
    connection: "127.0.0.1:50564 -> 127.0.0.1:21672",
  });
});

test("a refused log-in has the user and the reason, which arrives as character codes", () => {
  expect(parseEvent("user.authentication.failure", recorded["user.authentication.failure"])).toMatchObject({
    kind: "refused",
    user: "guest",
    detail: "user 'guest' - invalid credentials",
  });
});

test("a virtual host that goes down is not its node: deleting one sends the same event (measured on 3.10.8 and 4.3.6)", () => {
  const headers = { name: "v1", node: "rabbit@a", timestamp_in_ms: 1, user_who_performed_action: "rmq-internal" };
  expect(parseEvent("vhost.down", headers)).toBeNull();
  expect(EVENT_KEYS).not.toContain("vhost.down");
});

test.each([
  ["a key that is not bound", "queue.created", { name: "q", timestamp_in_ms: 1 }],
  ["no headers", "connection.created", undefined],
  ["headers of another shape", "connection.closed", { name: 3, timestamp_in_ms: "x" }],
])("%s is no event", (_, key, headers) => {
  expect(parseEvent(key, headers)).toBeNull();
});

test("client properties that are not plain strings are null", () => {
  const headers = {
    ...Object(recorded["connection.created"]),
    client_properties: ['{<<"product">>,table,[]}', '{<<"version">>,longstr,<<"1\\"2">>}', 7],
  };
  expect(parseEvent("connection.created", headers)).toMatchObject({
    connection: { product: null, productVersion: null },
  });
});

test.each([
  ["a list of code points", [...Buffer.from("refused")], "refused"],
  ["numbers that are not code points", [5e-324], ""],
  ["beyond the last code point", [0x11_0000], ""],
  ["a list longer than any stack", new Array(200_000).fill(97), "a".repeat(500)],
])("the error of a refused log-in as %s", (_, error, detail) => {
  const headers = { timestamp_in_ms: 1, error };
  expect(parseEvent("user.authentication.failure", headers)).toMatchObject({ kind: "refused", detail });
});

describe("event_exchange.protocol = amqp_1_0: the properties are annotations (recorded from 4.3.6)", () => {
  const annotated: Record<string, { readonly headers: object }> = JSON.parse(
    readFileSync(join(import.meta.dirname, "../api/recorded/4.3.6/events-amqp-1-0.json"), "utf8"),
  );
  const SENT_MS = 1_796_063_854_900;
  const parse = (key: string, more: object = {}) => parseEvent(key, { ...annotated[key]?.headers, ...more }, SENT_MS);

  test("an opened connection", () => {
    expect(parse("connection.created")).toEqual({
      kind: "opened",
      atMs: SENT_MS,
      pid: "<0.1044.0>",
      connection: {
        name: "127.0.0.1:46618 -> 127.0.0.1:27772",
        userProvidedName: "clean",
        product: "rabbitmq-client",
        productVersion: "5.0.8",
        platform: expect.stringContaining("node.js"),
        protocol: "AMQP 0-9-1",
        vhost: "/",
        user: "guest",
        node: "t27772@localhost",
        peerHost: "127.0.0.1",
        state: null,
        timeoutSeconds: 60,
        connectedAtMs: 1_796_063_854_805,
        recvOct: null,
        sendOct: null,
      },
    });
  });

  test("a closed one", () => {
    expect(parse("connection.closed")).toEqual({
      kind: "closed",
      atMs: SENT_MS,
      node: "t27772@localhost",
      connection: "127.0.0.1:46618 -> 127.0.0.1:27772",
    });
  });

  test("a refused log-in has the same keys", () => {
    const refused = { "x-opt-name": "guest", "x-opt-connection-name": "a -> b", "x-opt-error": "refused" };
    expect(parseEvent("user.authentication.failure", refused, 5)).toMatchObject({ user: "guest", detail: "refused" });
  });

  test.each([
    ["a number", 7],
    ["an empty text", ""],
    ["a long text", "x".repeat(300)],
  ])("a client property that is %s is null", (_, product) => {
    expect(parse("connection.created", { "x-opt-client-properties": { product } })).toMatchObject({
      connection: { product: null, productVersion: null },
    });
  });

  test("without any time it is no event", () => {
    expect(parseEvent("connection.closed", annotated["connection.closed"]?.headers)).toBeNull();
  });
});
