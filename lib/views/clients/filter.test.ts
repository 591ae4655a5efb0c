import { describe, expect, test } from "vitest";
import { type ClientFilter, choicesOf, countByState, type Filtered, passes } from "@/lib/views/clients/filter";

const client = (name: string, more: Partial<Filtered> = {}): Filtered => ({
  ...{ name, state: "connected", broker: "main", vhost: "/", user: "app", product: "amqplib", peerHost: "10.0.0.7" },
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
  ["no filter passes everybody", {}, ["scanner@media", "php-worker", "API@web-1", "api@web-2"]],
  ["state", { state: "late" }, ["scanner@media"]],
  ["broker", { broker: "eu-west" }, ["api@web-2"]],
  ["vhost", { vhost: "shop" }, ["API@web-1"]],
  ["user", { user: "web" }, ["API@web-1"]],
  ["product", { product: "aiormq" }, ["scanner@media"]],
  ["text in any case", { q: "api" }, ["API@web-1", "api@web-2"]],
  ["every word, wherever it stands", { q: "api shop" }, ["API@web-1"]],
  ["text finds queues", { q: "ENCODE" }, ["php-worker"]],
  ["filters add up", { q: "api", broker: "main" }, ["API@web-1"]],
  ["blank text is no filter", { q: "  ", state: "lost" }, ["php-worker"]],
])("%s", (_, filter, names) =>
  expect(CLIENTS.filter((one) => passes(one, filter)).map((one) => one.name)).toEqual(names),
);

describe("beside the list", () => {
  test("the chips count what the other filters leave, whatever state is chosen", () => {
    expect(countByState(CLIENTS, { state: "late", broker: "main" })).toMatchObject({ late: 1, lost: 1, connected: 1 });
  });
  test("the choices are every value there is, and no value is no choice", () => {
    expect(choicesOf(CLIENTS).product).toEqual(["AMQP 0.9.1 Client", "aiormq", "amqplib"]);
  });
});
