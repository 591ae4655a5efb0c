import { describe, expect, test } from "vitest";
import { type IncidentStory, incidentStory } from "@/lib/alerts/incidents/incidents.testing";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

const BROKER: Labels = { broker: "main" };
const client = (name: string): Labels => ({ broker: "main", vhost: "/", client: name, clientId: `id-${name}` });
const QUEUE: Labels = { broker: "main", vhost: "/", queue: "mails" };
const PIPELINE: Labels = { source: "php", queue: "mails" };
const JOBS: Labels = { source: "table", queue: "mail" };
const TABLE: Labels = { source: "table" };

/** mailer consumes mails; the pipeline is its client; the jobs of the table are joined with the queue. */
const dependenciesOf = (labels: Labels): readonly Labels[] => {
  if (labels.queue === "mails") return labels.broker === undefined ? [client("mailer"), QUEUE] : [client("mailer")];
  if (labels.source === "php") return [client("mailer")];
  return labels.queue === "mail" ? [QUEUE] : [];
};
const story = (): IncidentStory => incidentStory(dependenciesOf);

describe("one cause is one incident", () => {
  test("a broker restart with a consumer that does not return", () => {
    const at = story();
    const root = at.fire("broker-unreachable", BROKER);
    at.evaluate();
    at.fire("application-redialing", { source: "php" }, "warning");
    at.evaluate(30 * SECOND);
    at.resolve("broker-unreachable", BROKER);
    at.recovering(true);
    at.evaluate(20 * SECOND);
    at.resolve("application-redialing", { source: "php" });
    at.evaluate(5 * SECOND);
    expect(at.open(), "a client is still away").toEqual(["broker-unreachable 0"]);
    at.fire("pipeline-gave-up", PIPELINE);
    at.evaluate(90 * SECOND);
    at.fire("clients-not-back", BROKER);
    at.evaluate(MINUTE);
    at.fire("queue-without-consumer", QUEUE);
    at.evaluate(3 * MINUTE);
    at.fire("jobs-not-taken", JOBS);
    at.evaluate(4 * MINUTE);
    expect(at.open()).toEqual(["broker-unreachable 4"]);
    expect(at.incidents().map(({ id }) => id)).toEqual([root.id]);
    at.recovering(false);
    for (const { rule, labels } of at.firing()) at.resolve(rule, labels);
    at.evaluate(MINUTE);
    expect(at.open()).toEqual([]);
    expect(at.incidents().map(({ resolvedMs }) => resolvedMs)).toEqual([at.nowMs()]);
  });

  test("a node that is down", () => {
    const at = story();
    at.fire("client-lost", client("mailer"));
    at.evaluate();
    at.fire("queue-without-consumer", QUEUE, "warning");
    at.evaluate(20 * SECOND);
    at.fire("node-down", BROKER);
    at.evaluate(5 * SECOND);
    at.fire("clients-not-back", BROKER);
    at.evaluate(2 * MINUTE);
    expect(at.open()).toEqual(["node-down 4"]);
  });

  test("a database that is away", () => {
    const at = story();
    at.fire("runner-silent", { source: "table", runner: "r1" });
    at.fire("retry-not-draining", JOBS);
    at.evaluate();
    at.fire("source-unreachable", TABLE, "warning");
    at.evaluate(20 * SECOND);
    at.fire("runner-silent", { source: "table", runner: "r2" });
    at.evaluate(MINUTE);
    expect(at.open()).toEqual(["source-unreachable 4"]);
  });
});

test("a cause that is found later takes its consequences over, under the oldest id", () => {
  const at = story();
  const first = at.fire("client-lost", client("a"));
  at.evaluate();
  at.fire("client-lost", client("b"));
  at.evaluate(10 * SECOND);
  expect(at.open()).toHaveLength(2);
  at.fire("broker-unreachable", BROKER);
  const { merged, joined } = at.evaluate(10 * SECOND);
  expect(at.open()).toEqual(["broker-unreachable 3"]);
  expect(at.incidents().map(({ id }) => id)).toEqual([first.id]);
  expect(merged.map(({ into }) => into)).toEqual([first.id]);
  expect([...joined.values()]).toEqual([first.id, first.id]);
});

describe("alerts without a common cause are incidents of their own", () => {
  test.each<[string, string, Labels, string, Labels, number]>([
    ["two clients", "client-lost", client("a"), "client-lost", client("b"), SECOND],
    ["two warnings of a broker", "own-rule", BROKER, "other-rule", BROKER, SECOND],
    ["a warning of a broker and a client", "own-rule", BROKER, "client-lost", client("a"), SECOND],
    ["an old alert and a new outage", "client-lost", client("a"), "broker-unreachable", BROKER, 6 * MINUTE],
    [
      "an old alert and a new one of what depends on it",
      "client-flapping",
      client("mailer"),
      "queue-without-consumer",
      QUEUE,
      16 * MINUTE,
    ],
    ["a lost client long after a restart", "clients-not-back", BROKER, "client-lost", client("a"), 60 * MINUTE],
    ["a lost client long after a node", "node-down", BROKER, "client-lost", client("a"), 60 * MINUTE],
    ["two brokers", "broker-unreachable", BROKER, "broker-unreachable", { broker: "other" }, SECOND],
    ["two webhooks", "webhook-failing", { webhook: "a" }, "webhook-failing", { webhook: "b" }, SECOND],
  ])("%s", (_, rule, labels, otherRule, otherLabels, afterMs) => {
    const at = story();
    at.fire(rule, labels);
    at.evaluate();
    at.evaluate(afterMs);
    at.fire(otherRule, otherLabels);
    at.evaluate();
    expect(at.open()).toHaveLength(2);
  });
});

test("what starts while an outage lasts belongs to it, however long it lasts", () => {
  const at = story();
  at.fire("broker-unreachable", BROKER);
  at.evaluate();
  at.evaluate(60 * MINUTE);
  at.fire("pipeline-gave-up", PIPELINE);
  at.evaluate();
  expect(at.open()).toEqual(["broker-unreachable 2"]);
});

test("who does not come back after hours of an outage belongs to it", () => {
  const at = story();
  at.fire("node-down", BROKER);
  at.evaluate();
  at.evaluate(180 * MINUTE);
  at.resolve("node-down", BROKER);
  at.recovering(true);
  at.evaluate(MINUTE);
  expect(at.open()).toEqual(["node-down 0"]);
  at.fire("clients-not-back", BROKER, "warning");
  at.evaluate(MINUTE);
  expect(at.open()).toEqual(["node-down 1"]);
});

test("an incident does not stay open for clients that are away for long", () => {
  const at = story();
  at.fire("broker-unreachable", BROKER);
  at.evaluate();
  at.resolve("broker-unreachable", BROKER);
  at.recovering(true);
  at.evaluate(MINUTE);
  at.evaluate(16 * MINUTE);
  expect(at.open()).toEqual([]);
});

test("an instance that fires again while its incident is open or has just ended stays in it", () => {
  const at = story();
  const first = at.fire("client-flapping", client("a"), "warning");
  at.evaluate();
  at.resolve("client-flapping", client("a"));
  at.evaluate(MINUTE);
  expect(at.open()).toEqual([]);
  at.fire("client-flapping", client("a"), "warning");
  at.evaluate(MINUTE);
  expect(at.incidents().map(({ id, resolvedMs, members }) => [id, resolvedMs, members.length])).toEqual([
    [first.id, null, 2],
  ]);
});

test("an incident stays open while an alert of it flaps", () => {
  const at = story();
  const alert = at.fire("client-lost", client("a"));
  at.evaluate();
  at.flap(alert, true);
  at.resolve("client-lost", client("a"));
  at.evaluate(MINUTE);
  expect(at.open()).toHaveLength(1);
  at.flap(alert, false);
  at.evaluate(MINUTE);
  expect(at.open()).toEqual([]);
});

test("the severity is that of the worst alert that fires", () => {
  const at = story();
  const severity = () => at.incidents()[0]?.severity;
  at.fire("client-flapping", client("mailer"), "warning");
  at.evaluate();
  expect(severity()).toBe("warning");
  at.fire("queue-without-consumer", QUEUE, "critical");
  at.evaluate();
  expect(severity()).toBe("critical");
  at.resolve("queue-without-consumer", QUEUE);
  at.evaluate();
  expect(severity()).toBe("warning");
});

test("an incident that lasts remembers its root, what fires, and a bounded number of alerts that ended", () => {
  const at = story();
  const root = at.fire("broker-unreachable", BROKER);
  at.evaluate();
  for (let n = 0; n < 600; n += 1) {
    at.fire("client-flapping", client("a"), "warning");
    at.evaluate(MINUTE);
    at.resolve("client-flapping", client("a"));
    at.evaluate(MINUTE);
  }
  const [incident] = at.incidents();
  expect([incident?.rootId, incident?.members[0]?.id, incident?.members.length]).toEqual([root.id, root.id, 501]);
});
