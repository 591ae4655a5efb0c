import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { followIncidents, rootOf } from "@/lib/alerts/incidents/follow-incidents";
import type { IncidentMemory } from "@/lib/alerts/incidents/incident";
import { BUILT_IN_INHIBITIONS, causesOf } from "@/lib/alerts/incidents/inhibit";
import { subjectOf } from "@/lib/alerts/incidents/subject";
import { aPattern } from "@/lib/base/patterns/pattern.testing";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { connection, consumer, queue } from "@/lib/collector/broker/activity-timeline.testing";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { type Poll, timeline } from "@/lib/collector/broker/timeline.testing";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source/memory";
import { type DependencyFacts, dependencies, isBrokerRecovering } from "@/lib/collector/tick/dependencies";

const [mailer, biller, reporter] = [connection("mailer"), connection("biller"), connection("reporter")];
const ALL: Poll = {
  connections: [mailer, biller, reporter],
  consumers: [consumer(mailer, "mails"), consumer(biller, "bills"), consumer(reporter, "reports")],
  queues: [queue("mails", 0), queue("bills", 0), queue("reports", 0), queue("mails.retry", 0)],
};

const first = { kind: "river", pollIntervalMs: 15 * SECOND, runnersExpected: null, registry: new Map() };
const source = (id: string, more: Partial<SourceMemory> = {}): SourceMemory => ({
  ...firstSourceMemory({ ...first, source: id }, 0),
  ...more,
});
const pipeline = (name: string, queueName: string, client: { broker: string; id: string; name: string } | null) => ({
  state: { pipeline: name, driver: "amqp", queue: queueName, ready: true, active: 0, delayed: 0, error: null },
  ...{ consumed: true, unconsumedSinceMs: null, client, disconnectedSinceMs: null },
});

const factsOf = (broker: BrokerMemory, sources: readonly SourceMemory[] = []): DependencyFacts => ({
  brokers: new Map([[broker.broker, broker]]),
  sources: new Map(sources.map((one) => [one.source, one])),
  joins: [{ queue: aPattern("\\.retry$"), source: "table", jobs: aPattern("^mail") }],
  clientNames: new Map(),
});

describe("what depends on what", () => {
  const line = timeline();
  line.poll(ALL);
  line.poll(ALL);
  const memory = line.memory();
  const idOf = (name: string) => [...memory.clients.values()].find((client) => client.name === name)?.id ?? "";
  const php = source("php", {
    application: {
      is: "roadrunner",
      redialingSinceMs: null,
      pipelines: new Map([
        ["send", pipeline("send", "mails", { broker: "main", id: idOf("mailer"), name: "mailer" })],
        ["bill", pipeline("bill", "bills", null)],
      ]),
    },
  });
  const dependenciesOf = dependencies(factsOf(memory, [php, source("table")]));
  const clientSubject = (name: string) => subjectOf({ broker: "main", vhost: "/", client: name, clientId: idOf(name) });
  const queueSubject = (name: string) => subjectOf({ broker: "main", vhost: "/", queue: name });

  test.each<[string, Labels, () => readonly string[]]>([
    ["a queue on its consumers", { broker: "main", vhost: "/", queue: "mails" }, () => [clientSubject("mailer")]],
    ["a queue of another virtual host on nothing", { broker: "main", vhost: "other", queue: "mails" }, () => []],
    [
      "a pipeline on its client and its queue",
      { source: "php", queue: "send" },
      () => [clientSubject("mailer"), queueSubject("mails")],
    ],
    [
      "a pipeline whose client is unknown on its queue",
      { source: "php", queue: "bill" },
      () => [queueSubject("bills")],
    ],
    [
      "an application on its clients and queues",
      { source: "php" },
      () => [clientSubject("mailer"), queueSubject("mails"), queueSubject("bills")],
    ],
    [
      "a job queue on the queues that are joined with it",
      { source: "table", queue: "mail" },
      () => [queueSubject("mails.retry")],
    ],
    ["a job queue that is not joined on nothing", { source: "table", queue: "other" }, () => []],
    ["a runner on nothing but its source", { source: "table", runner: "r" }, () => []],
    ["a client on nothing but its broker", { broker: "main", client: "mailer", clientId: "x" }, () => []],
    ["what is unknown on nothing", { source: "gone", queue: "q" }, () => []],
  ])("%s", (_, labels, expected) => expect(dependenciesOf(labels).map(subjectOf)).toEqual(expected()));
});

test("a broker restart, from its first poll that fails to the queue of a consumer that does not return, is one incident", () => {
  const line = timeline();
  let alerts: AlertMemory = new Map();
  let incidents: IncidentMemory = new Map();
  const fired: string[] = [];
  const poll = (seen: Poll) => {
    const { facts } = line.poll(seen);
    const nowMs = line.nowMs();
    const evaluated = evaluateAlerts(alerts, {
      rules: BUILT_IN_RULES,
      readings: facts.readings,
      ended: facts.ended,
      nowMs,
    });
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) fired.push(`${alert.rule} ${type.slice("alert.".length)}`);
    const firing = [...alerts.values()].flatMap(({ alert }) => (alert.state === "firing" ? [alert] : []));
    const brokers = new Map([["main", line.memory()]]);
    incidents = followIncidents(incidents, {
      ...{ firing, flapping: new Set<string>(), causes: causesOf(firing, BUILT_IN_INHIBITIONS), nowMs },
      dependenciesOf: dependencies(factsOf(line.memory())),
      isRecovering: (labels) => isBrokerRecovering(brokers, labels),
    }).after;
  };
  const run = (forMs: number, seen: Poll) => {
    for (let ms = 0; ms < forMs; ms += 5 * SECOND) poll(seen);
  };
  run(3 * MINUTE, ALL);
  run(30 * SECOND, { failure: { code: "refused", retry: true, reason: { code: "verbatim", params: { text: "x" } } } });
  const startedMs = line.nowMs();
  const again = (name: string) => connection(name, { connectedAtMs: startedMs });
  const back = [again("biller"), again("reporter")] as const;
  const [billerBack, reporterBack] = back;
  run(12 * MINUTE, {
    connections: [...back],
    consumers: [consumer(billerBack, "bills"), consumer(reporterBack, "reports")],
    queues: [{ ...queue("mails", 40), consumers: 0 }, queue("bills", 0), queue("reports", 0)],
    uptimeMs: 5 * SECOND,
  });
  expect(fired).toContain("broker-unreachable firing");
  expect(fired).toContain("queue-without-consumer firing");
  const grouped = [...incidents.values()].map((incident) => [
    rootOf(incident).rule,
    incident.resolvedMs,
    [...new Set(incident.members.map(({ rule }) => rule))].toSorted(),
  ]);
  expect(grouped, fired.join(", ")).toEqual([
    ["broker-unreachable", null, ["broker-unreachable", "clients-not-back", "queue-without-consumer"]],
  ]);
});
