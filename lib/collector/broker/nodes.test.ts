import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Reading } from "@/lib/alerts/model/reading";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { certificateDays, checksAfter, checksDue, NO_CHECKS } from "@/lib/collector/broker/derive/checks";
import { secondsUntil } from "@/lib/collector/broker/derive/node-trends";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import type { BrokerNode, Channel, NodeResources } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { parseNodes, parseOverview } from "@/lib/rabbitmq/api/parse";
import { parseChannels } from "@/lib/rabbitmq/api/parse-channels";

const recorded = (file: string): unknown => JSON.parse(readFileSync(`lib/rabbitmq/api/recorded/${file}.json`, "utf8"));

const POLLS_A_MINUTE = MINUTE / (5 * SECOND);
const GIB = 2 ** 30;

const NO_RESOURCES: NodeResources = {
  ...{ fileDescriptors: null, sockets: null, processes: null, memoryBytes: null, diskFreeBytes: null },
};
const node = (resources: Partial<NodeResources>, uptimeMs = 1): BrokerNode => ({
  name: "rabbit@a",
  running: true,
  memoryUsedBytes: null,
  memoryLimitBytes: null,
  memoryAlarm: false,
  diskAlarm: false,
  uptimeMs,
  partitions: [],
  resources: { ...NO_RESOURCES, ...resources },
});

const readingOf = (readings: readonly Reading[], signal: string): number | null | undefined =>
  readings.find((one) => one.signal === signal)?.value;

/** The last value of a signal after so many minutes. */
function measuredAfter(minutes: number, signal: string, resourcesAt: (at: number) => Partial<NodeResources>) {
  const { poll } = timeline();
  let value: number | null | undefined;
  for (let at = 0; at < minutes * POLLS_A_MINUTE; at++) {
    value = readingOf(poll({ nodes: [node(resourcesAt(at), 1 + at)] }).facts.readings, signal);
  }
  return value;
}

describe("a node's resources", () => {
  const memory = (used: number) => ({ memoryBytes: { used, limit: 4 * GIB } });

  test("memory that grows steadily reaches its limit in a foreseen time", () => {
    const value = measuredAfter(20, "node.memory.alarm.in", (at) => memory(GIB + at * (GIB / 1_000)));
    expect(value).toBeGreaterThan(13_000);
    expect(value).toBeLessThan(15_000);
  });
  test("memory that goes up and down with collections is not near its limit", () =>
    expect(measuredAfter(40, "node.memory.alarm.in", (at) => memory(2 * GIB + (at % 24) * (GIB / 24)))).toBe(86_400));
  test("before a steady slope nothing is known", () =>
    expect(measuredAfter(4, "node.memory.alarm.in", (at) => memory(GIB + at))).toBeNull());
  test("free disk falls to its limit", () =>
    expect(
      measuredAfter(30, "node.disk.alarm.in", (at) => ({
        diskFreeBytes: { used: 10 * GIB - at * (GIB / 100), limit: GIB },
      })),
    ).toBeLessThan(3_600));
  test("at the limit it is now", () => expect(measuredAfter(1, "node.memory.alarm.in", () => memory(4 * GIB))).toBe(0));
  test("what is used most of file descriptors, sockets and processes", () =>
    expect(
      measuredAfter(1, "node.resources.used", () => ({
        fileDescriptors: { used: 10, limit: 1_024 },
        sockets: { used: 90, limit: 100 },
      })),
    ).toBe(90));
  test("what is not measured is no zero", () => {
    expect(measuredAfter(1, "node.resources.used", () => ({}))).toBeNull();
    expect(secondsUntil(null, { points: [], perMinute: 1 }, "up")).toBeNull();
  });
});

describe.each(["3.10.8", "4.3.6"])("%s recorded", (version) => {
  test("messages without a queue are counted: seven dropped, three returned", () => {
    const overview = parseOverview(recorded(`${version}/overview_unroutable`));
    expect(overview).toMatchObject({ ok: true, value: { unroutable: 10, hasTlsListener: true } });
    const channels = parseChannels(recorded(`${version}/channels_unroutable`));
    expect(channels.ok && channels.value.rows.map(({ unroutable }) => unroutable)).toEqual([10]);
  });

  test("a node has its limits, sockets only where they are counted", () => {
    const nodes = parseNodes(recorded(version === "4.3.6" ? "4.3.6/nodes" : "3.10.8/nodes_cluster"));
    const [first] = nodes.ok ? nodes.value.rows : [];
    expect(first?.partitions).toEqual([]);
    expect(first?.resources?.fileDescriptors?.limit).toBe(20_000);
    expect(first?.resources?.diskFreeBytes?.limit).toBe(50_000_000);
    expect(first?.resources?.sockets === null).toBe(version === "4.3.6");
  });
});

test("a partition is counted, and its nodes are named", () => {
  const { poll } = timeline();
  const cut = { ...node({}), partitions: ["rabbit@b"] };
  const partitions = poll({ nodes: [cut] }).facts.readings.find(({ signal }) => signal === "broker.partitions");
  expect(partitions).toMatchObject({ value: 1, context: { partitioned: "rabbit@a" } });
});

describe("messages that no queue got", () => {
  const publisher = aConnection(1, { userProvidedName: "shop" });
  const channel = (unroutable: number): Channel => ({
    ...{ name: `${publisher.name} (1)`, connection: publisher.name, consumers: 0, prefetch: 0, globalPrefetch: 0 },
    ...{ unacked: 0, published: 0, delivered: 0, acked: 0, unroutable },
  });

  test("are counted over ten minutes with the client that published them, from the first that is seen", () => {
    const { poll } = timeline();
    const values: (number | null | undefined)[] = [];
    let publishers: unknown;
    for (let at = 0; at < 12 * POLLS_A_MINUTE; at++) {
      const { readings } = poll({ connections: [publisher], channels: [channel(at)], unroutable: 100 + at }).facts;
      const reading = readings.find(({ signal }) => signal === "broker.unroutable");
      values.push(reading?.value);
      publishers = reading?.context?.publishers;
    }
    expect(values.slice(0, 4)).toEqual([null, 1, 2, 3]);
    expect(values.at(-1)).toBeGreaterThan(100);
    expect(publishers).toBe("shop");
  });
});

describe("what changes in days", () => {
  const overview = (more: object) => ({
    ...{ version: "4.3.6", clusterName: null, connections: 0, connectionsCreated: 0, connectionsClosed: 0 },
    ...{ openedPerSecond: 0, closedPerSecond: 0, statsDisabled: false, ratesDisabled: false, simulated: false },
    ...more,
  });
  const read = <T>(value: T) => ({ is: "read", value }) as const;
  const HOURS = 3_600_000;

  test("is requested once an hour, certificates only where a listener uses TLS", () => {
    expect(checksDue(NO_CHECKS, null, 0).size).toBe(0);
    expect([...checksDue(NO_CHECKS, overview({ hasTlsListener: false }), 0)]).toEqual(["deprecated", "disabledFlags"]);
    expect(checksDue(NO_CHECKS, overview({ hasTlsListener: true }), 0).size).toBe(3);
    const before = { ...NO_CHECKS, requestedMs: 0, version: "4.3.6" };
    expect(checksDue(before, overview({ hasTlsListener: true }), HOURS - 1).size).toBe(0);
    expect(checksDue(before, overview({ hasTlsListener: true }), HOURS).size).toBe(3);
  });

  test("a refusal is not measured, and requested again only of another version", () => {
    const answers = { certificates: null, deprecated: { is: "refused" }, disabledFlags: { is: "failed" } } as const;
    const known = { ...NO_CHECKS, deprecated: ["old"], disabledFlags: ["flag"] };
    const after = checksAfter(known, answers, { overview: overview({}), nowMs: 0 });
    expect(after).toMatchObject({ deprecated: null, disabledFlags: ["flag"], refused: ["deprecated"] });
    expect(checksDue(after, overview({}), HOURS).has("deprecated")).toBe(false);
    expect(checksDue(after, overview({ version: "4.4.0" }), HOURS).has("deprecated")).toBe(true);
  });

  test("days until the first certificate ends", () => {
    const ending = (days: number) => ({ node: "a", port: 5671, protocol: "amqp/ssl", expiresMs: days * 24 * HOURS });
    const answers = { certificates: read([ending(20), ending(12)]), deprecated: null, disabledFlags: null };
    const after = checksAfter(NO_CHECKS, answers, { overview: overview({}), nowMs: 0 });
    expect(certificateDays(after, 24 * HOURS)).toBe(11);
    expect(certificateDays(after, 400 * 24 * HOURS)).toBe(0);
    expect(certificateDays(NO_CHECKS, 0)).toBeNull();
    const withoutTls = checksAfter(after, undefined, { overview: overview({ hasTlsListener: false }), nowMs: 0 });
    expect(certificateDays(withoutTls, 0)).toBe(31);
  });
});
