import { expect, test } from "vitest";
import { confidenceOf } from "@/lib/rabbitmq/clients/identity";

test.each<[string, Parameters<typeof confidenceOf>[0], string]>([
  [
    "its own name is certain, however many connections carry it",
    { namedBy: "connection-name", sessionsOpen: 3, consuming: [] },
    "certain connection-name",
  ],
  [
    "one unnamed connection is known by its queues",
    { namedBy: "identity", sessionsOpen: 1, consuming: ["mail"] },
    "likely queues",
  ],
  ["and still while it is away", { namedBy: "identity", sessionsOpen: 0, consuming: ["mail"] }, "likely queues"],
  [
    "without queues it could be any on that host",
    { namedBy: "identity", sessionsOpen: 1, consuming: [] },
    "weak nothing-else",
  ],
  [
    "four alike are a group and no client",
    { namedBy: "identity", sessionsOpen: 4, consuming: ["mail"] },
    "weak several-share-it",
  ],
])("%s", (_, client, told) => {
  const { confidence, because } = confidenceOf(client);
  expect(`${confidence} ${because}`).toBe(told);
});
