import { expect, test } from "vitest";
import { createProductCache } from "@/lib/collector/broker/observe/products";
import type { Connection } from "@/lib/rabbitmq/api/broker";

const row = (name: string, of: Partial<Connection> = {}): Connection => ({
  ...{ name, userProvidedName: name, product: null, productVersion: null, platform: null, protocol: "AMQP 0-9-1" },
  ...{ vhost: "/", user: "app", node: "rabbit@a", peerHost: "10.0.0.1", state: "running", timeoutSeconds: 60 },
  ...{ connectedAtMs: 1, recvOct: 1, sendOct: 1 },
  ...of,
});
const filledNames = (rows: readonly Connection[]) => rows.map(({ name, product }) => `${name}:${product}`).join(" ");

test("a short list has the products of the last whole one", () => {
  const products = createProductCache("main");
  products.fill([row("a", { product: "pika" }), row("b", { product: "amqplib" })], true);
  expect(filledNames(products.fill([row("a"), row("b")], false))).toBe("a:pika b:amqplib");
  expect([products.count(), products.missing()]).toEqual([2, 0]);
});

test("a new connection with a name is listed at once; one without a name waits for the whole list", () => {
  const products = createProductCache("main");
  products.fill([row("a", { product: "pika" })], true);
  const unnamed = row("u", { userProvidedName: null });
  expect(filledNames(products.fill([row("a"), row("n"), unnamed], false))).toBe("a:pika n:null");
  expect(products.missing()).toBe(2);
  expect(filledNames(products.fill([row("a"), row("n"), { ...unnamed, product: "aiormq" }], true))).toBe(
    "a:null n:null u:aiormq",
  );
});

test("a port in use again is another connection", () => {
  const products = createProductCache("main");
  products.fill([row("a", { product: "pika" })], true);
  expect(filledNames(products.fill([row("a", { connectedAtMs: 2 })], false))).toBe("a:null");
});
