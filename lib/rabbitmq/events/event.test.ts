import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseEvent } from "@/lib/rabbitmq/events/event";

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
