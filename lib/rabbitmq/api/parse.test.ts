import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConnections, parseConsumers, parseNodes, parseOverview, parseQueues } from "@/lib/rabbitmq/api/parse";
import { parseChannels } from "@/lib/rabbitmq/api/parse-channels";

const FOLDER = join(import.meta.dirname, "recorded", "3.10.8");
const recorded = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
const listOf = (json: unknown): unknown[] => (Array.isArray(json) ? json : [json]);
const rowsOf = <T>(outcome: { ok: true; value: { rows: readonly T[]; unreadable: number } } | { ok: false }) => {
  if (!outcome.ok) throw new Error("refused");
  expect(outcome.value.unreadable).toBe(0);
  return outcome.value.rows;
};

describe("recorded on RabbitMQ 3.10.8", () => {
  test.each<[string, string | null, string, number]>([
    ["connection_amqplib", "amqplib-1", "amqplib", 10],
    ["connection_rmqclient", "rmqclient-1", "rabbitmq-client", 10],
    ["connection_pika", "pika-1", "Pika Python Client Library", 10],
    ["connection_aiopika", "aiopika-1", "aiormq", 10],
  ])("%s", (file, _, product, timeoutSeconds) => {
    const [connection] = rowsOf(parseConnections(listOf(recorded(file))));
    expect([connection?.product, connection?.timeoutSeconds]).toEqual([product, timeoutSeconds]);
    expect(connection?.userProvidedName).not.toBe("");
    expect(connection?.recvOct).toBeGreaterThan(0);
    expect(connection?.connectedAtMs).toBeGreaterThan(1_700_000_000_000);
  });

  test("a blocked connection has the state", () =>
    expect(rowsOf(parseConnections(listOf(recorded("connection_blocked"))))[0]?.state).toMatch(/^block/));

  test("a consumer names its connection and queue", () =>
    expect(rowsOf(parseConsumers(listOf(recorded("consumer"))))[0]).toMatchObject({ queue: "mail" }));

  test("right after a restart absent numbers are null and not 0", () => {
    const overview = parseOverview(recorded("overview_right_after_restart"));
    expect(overview).toMatchObject({ ok: true, value: { connectionsCreated: null, openedPerSecond: null } });
    expect(rowsOf(parseNodes(recorded("nodes_right_after_restart")))[0]).toMatchObject({
      running: true,
      uptimeMs: null,
    });
    for (const queue of rowsOf(parseQueues(recorded("queues_right_after_restart"), "main")))
      expect(queue.ready).toBeNull();
  });

  test("a node that is down has no numbers, and its queues are still listed", () => {
    expect(rowsOf(parseNodes(listOf(recorded("cluster_node_down_node"))))[0]).toMatchObject({
      running: false,
      uptimeMs: null,
    });
    expect(rowsOf(parseQueues(recorded("cluster_node_down_queues"), "main")).length).toBeGreaterThan(0);
  });

  test("connections of other protocols are listed, each with its protocol's name", () => {
    const rows = rowsOf(parseConnections(recorded("connections_other_protocols")));
    const protocols = rows.map((row) => row.protocol).toSorted();
    expect(protocols).toEqual(["AMQP 1.0", "MQTT 3.1.1", "STOMP 1.2", "stream"]);
  });

  test("an MQTT connection has its client id as its name", () => {
    const row = {
      name: "A -> B",
      user_provided_name: null,
      protocol: "MQTT 3.1.1",
      client_properties: { client_id: "phone-a1", product: "MQTT client" },
    };
    expect(rowsOf(parseConnections([row]))[0]).toMatchObject({ userProvidedName: "phone-a1", product: "MQTT client" });
  });

  test("every recorded file is read by a parser without losing a row", () => {
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".json"))) {
      const json = listOf(recorded(file.replace(".json", "")));
      const outcomes = [
        parseConnections(json),
        parseConsumers(json),
        parseChannels(json),
        parseNodes(json),
        parseQueues(json, "main"),
        parseOverview(json[0]),
      ];
      expect(
        outcomes.some((parsed) => parsed.ok && (!("unreadable" in parsed.value) || parsed.value.unreadable === 0)),
      ).toBe(true);
    }
  });
});

describe("other versions, as documented", () => {
  test.each([
    [
      "an effective policy that is an empty list (before 4.2.6)",
      { name: "q", vhost: "/", effective_policy_definition: [] },
    ],
    ["an empty text", { name: "q", vhost: "/", effective_policy_definition: "" }],
    ["unknown fields", { name: "q", vhost: "/", messages_delayed: 3, storage_version: 2 }],
  ])("%s", (_, queue) => expect(rowsOf(parseQueues([queue], "main"))[0]?.effectivePolicy).toEqual({}));

  test("statistics off: four keys, and nothing is measured", () =>
    expect(rowsOf(parseConnections([{ name: "a -> b", vhost: "/", user: "u", node: "n" }]))[0]).toMatchObject({
      recvOct: null,
      timeoutSeconds: null,
      product: null,
    }));
});

describe("bad answers", () => {
  test.each([null, {}, "x", 3])("%j is not a list", (json) => expect(parseConnections(json).ok).toBe(false));
  test("one odd record is counted, and the others are read", () => {
    const outcome = parseConnections([{ name: 7 }, { name: "a -> b", vhost: "/", user: "u" }]);
    expect(outcome).toMatchObject({ ok: true, value: { unreadable: 1, rows: [{ name: "a -> b" }] } });
  });
  test("names may contain any text", () => {
    const name = 'quote " newline \n emoji 🐇 -> %2F';
    expect(rowsOf(parseConnections([{ name: "a -> b", user_provided_name: name }]))[0]?.userProvidedName).toBe(name);
  });
});
