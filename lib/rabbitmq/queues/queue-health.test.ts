import { expect, test } from "vitest";
import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import { queueHealth, troubleRank } from "@/lib/rabbitmq/queues/queue-health";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";

const queue = (facts: Partial<RoledQueue>): RoledQueue => ({
  ...aQueue("orders", { consumers: 1 }),
  role: "work",
  roleBecause: "consumed",
  retriesInto: null,
  ...facts,
});
const finding = (severity: QueueFinding["severity"]): QueueFinding => ({
  id: severity,
  kind: "dead-letter-unread",
  severity,
  broker: "main",
  vhost: "/",
  queues: ["orders"],
  inferred: false,
  evidence: {
    ready: 1,
    ttlMs: null,
    oldestMessageSeconds: null,
    standsSeconds: null,
    exchange: null,
    routingKey: null,
  },
});
const [warning, critical] = [finding("warning"), finding("critical")];

test.each<[string, Partial<RoledQueue>, readonly QueueFinding[], string]>([
  ["well", {}, [], "well 0"],
  ["consumed, with messages ready", { ready: 9 }, [], "well 0"],
  ["messages ready and no consumer", { ready: 9, consumers: 0 }, [], "waiting warning 1"],
  ["the number of consumers is not measured", { ready: 9, consumers: null }, [], "well 0"],
  ["a retry queue without a consumer", { ready: 9, consumers: 0, role: "retry" }, [], "well 0"],
  ["one warning", { ready: 9, consumers: 0 }, [warning], "finding warning 2"],
  ["part of something critical", {}, [critical], "finding critical 3"],
  ["the worst of two findings counts", {}, [warning, critical], "finding critical 3"],
  ["down", { state: "down" }, [warning], "down critical 3"],
  ["a quorum queue without a majority", { type: "quorum", members: ["a", "b"], online: ["a"] }, [], "down critical 3"],
  [
    "a quorum queue with one of three replicas down",
    { type: "quorum", members: ["a", "b", "c"], online: ["a", "b"] },
    [],
    "well 0",
  ],
  ["a stream without a consumer retains what was read", { type: "stream", ready: 9, consumers: 0 }, [], "well 0"],
  ["crashed", { state: "crashed" }, [], "down critical 3"],
])("%s", (_, facts, findings, expected) => {
  const health = queueHealth(queue(facts), findings);
  const words = health === null ? "well" : `${health.is} ${health.severity}`;
  expect(`${words} ${troubleRank(health)}`).toBe(expected);
});
