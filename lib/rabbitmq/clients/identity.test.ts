import { expect, test } from "vitest";
import { confidenceOf } from "@/lib/rabbitmq/clients/identity";

test.each<[string, Parameters<typeof confidenceOf>[0], string]>([
  [
    "a connection name is certain, with any number of connections",
    { namedBy: "connection-name", sessionsOpen: 3, consuming: [], likely: false },
    "certain connection-name",
  ],
  [
    "one unnamed connection is identified by its queues",
    { namedBy: "identity", sessionsOpen: 1, consuming: ["mail"], likely: false },
    "likely queues",
  ],
  [
    "and while it is absent too",
    { namedBy: "identity", sessionsOpen: 0, consuming: ["mail"], likely: false },
    "likely queues",
  ],
  [
    "one that came back without its queues is likely the same",
    { namedBy: "identity", sessionsOpen: 1, consuming: [], likely: true },
    "likely returned-without-queues",
  ],
  [
    "without queues it could be any client on that host",
    { namedBy: "identity", sessionsOpen: 1, consuming: [], likely: false },
    "weak nothing-else",
  ],
  [
    "four alike are a group",
    { namedBy: "identity", sessionsOpen: 4, consuming: ["mail"], likely: false },
    "weak several-share-it",
  ],
])("%s", (_, client, expected) => {
  const { confidence, because } = confidenceOf(client);
  expect(`${confidence} ${because}`).toBe(expected);
});
