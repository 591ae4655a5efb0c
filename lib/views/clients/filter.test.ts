import { describe, expect, test } from "vitest";
import { type ClientFilter, choicesOf, countByState, type FilterableClient, passes } from "@/lib/views/clients/filter";

const client = (name: string, more: Partial<FilterableClient> = {}): FilterableClient => ({
  name,
  displayName: name,
  state: "connected",
  broker: "main",
  vhost: "/",
  user: "app",
  product: "amqplib",
  peerHost: "10.0.0.7",
  consuming: ["scanner.requests"],
  ...more,
});

const CLIENTS = [
  client("scanner@media", { product: "aiormq", state: "late" }),
  client("php-worker", { product: "AMQP 0.9.1 Client", state: "lost", consuming: ["encode"] }),
  client("API@web-1", { user: "web", vhost: "shop" }),
  client("api@web-2", { broker: "eu-west", product: null, consuming: [] }),
];

test.each<[string, ClientFilter, string[]]>([
  ["no filter passes every client", {}, ["scanner@media", "php-worker", "API@web-1", "api@web-2"]],
  ["state", { state: "late" }, ["scanner@media"]],
  ["broker", { broker: "eu-west" }, ["api@web-2"]],
  ["vhost", { vhost: "shop" }, ["API@web-1"]],
  ["user", { user: "web" }, ["API@web-1"]],
  ["product", { product: "aiormq" }, ["scanner@media"]],
  ["text in any case", { q: "api" }, ["API@web-1", "api@web-2"]],
  ["every word, in any field", { q: "api shop" }, ["API@web-1"]],
  ["text matches queues", { q: "ENCODE" }, ["php-worker"]],
  ["filters are combined", { q: "api", broker: "main" }, ["API@web-1"]],
  ["blank text is no filter", { q: "  ", state: "lost" }, ["php-worker"]],
])("%s", (_, filter, names) =>
  expect(CLIENTS.filter((client) => passes(client, filter)).map(({ name }) => name)).toEqual(names),
);

describe("the controls of the list", () => {
  test("chips count the clients that pass the other filters, whatever the state filter", () => {
    expect(countByState(CLIENTS, { state: "late", broker: "main" })).toMatchObject({ late: 1, lost: 1, connected: 1 });
  });
  test("choices are all values, without null", () => {
    expect(choicesOf(CLIENTS).product).toEqual(["AMQP 0.9.1 Client", "aiormq", "amqplib"]);
  });
});
