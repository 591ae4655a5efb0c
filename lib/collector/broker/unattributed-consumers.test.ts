import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { connection, consumer, MINUTE_OF_POLLS, queue, watch } from "@/lib/collector/broker/activity-timeline.testing";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { parseConnections, parseConsumers } from "@/lib/rabbitmq/api/parse";

const recorded = (file: string): unknown => JSON.parse(readFileSync(`lib/rabbitmq/api/recorded/${file}.json`, "utf8"));

const connectionsOf = (file: string): readonly Connection[] => {
  const parsed = parseConnections(recorded(file));
  if (!parsed.ok || parsed.value.unreadable > 0) throw new Error(`${file}: a row was lost`);
  return parsed.value.rows;
};

test.each([{}, [], undefined, null, { connection_name: null }, { connection_name: "" }])(
  "a consumer with channel details %j is one of its queue, and not of a client",
  (details) => {
    const row = { consumer_tag: "0", queue: { name: "myqueue", vhost: "/" }, channel_details: details };
    expect(parseConsumers([row])).toEqual({
      ok: true,
      value: { rows: [{ connection: null, queue: "myqueue", tag: "0" }], unreadable: 0 },
    });
  },
);

describe("a real shovel, a federation link, MQTT and AMQP 1.0 on a real broker", () => {
  // AMQP 1.0 consumers have channel details on 3.10.8, and none on 4.3.6.
  test.each([
    ["3.10.8", [] as string[]],
    ["4.3.6", ["src10"]],
  ])("%s: every consumer is read", (version, unattributed) => {
    const parsed = parseConsumers(recorded(`${version}/consumers_other_protocols`));
    if (!parsed.ok) throw new Error("not a list of consumers");
    expect(parsed.value.unreadable).toBe(0);
    expect(parsed.value.rows.filter((row) => row.connection === null).map((row) => row.queue)).toEqual(unattributed);
  });

  test.each([
    ["3.10.8", "3.10.8/connections_with_links"],
    ["4.3.6", "4.3.6/connections_other_protocols"],
  ])("%s: those without AMQP 0-9-1 heartbeats are never late, and none is undefined", (version, file) => {
    const connections = connectionsOf(file);
    const parsed = parseConsumers(recorded(`${version}/consumers_other_protocols`));
    const consumers = parsed.ok ? parsed.value.rows : [];
    const t = timeline();
    for (let poll = 0; poll < (30 * MINUTE) / (5 * SECOND); poll++) t.poll({ connections, consumers });
    const open = [...t.memory().open.values()];
    expect(open).toHaveLength(connections.length);
    const timed = new Set(connections.filter((one) => one.protocol === "AMQP 0-9-1").map(({ name }) => name));
    expect(
      open.filter((session) => !timed.has(session.connection)).map(({ timeoutSeconds }) => timeoutSeconds),
    ).toEqual(Array(connections.length - timed.size).fill(null));
    const clients = [...t.memory().clients.values()];
    expect(
      clients
        .filter(({ name }) => name.startsWith("Shovel"))
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["Shovel move", "Shovel move10"]);
    for (const client of clients) expect(JSON.stringify(client)).not.toContain("undefined");
    expect(clients.filter(({ state }) => state !== "connected")).toEqual([]);
  });
});

describe("consumers whose details are missing for a while", () => {
  const hidden = (name: string) => ({ connection: null, queue: name, tag: "t" });

  test.each([12, 0])("are no lost consumers, with %d messages waiting", (ready) => {
    const all = watch();
    const one = connection("worker");
    const seen = { connections: [one], queues: [queue("a", ready)] };
    all.run(11 * MINUTE_OF_POLLS, () => ({ ...seen, consumers: [consumer(one, "a")] }));
    all.run(20 * MINUTE_OF_POLLS, () => ({ ...seen, consumers: [hidden("a")] }));
    expect(all.alertLog).toEqual([]);
  });

  test("a hidden consumer of another queue hides nothing", () => {
    const all = watch();
    const one = connection("worker");
    const seen = { connections: [one], queues: [queue("a", 12)] };
    all.run(11 * MINUTE_OF_POLLS, () => ({ ...seen, consumers: [consumer(one, "a")] }));
    all.mark();
    all.run(2 * MINUTE_OF_POLLS, () => ({ ...seen, consumers: [hidden("b")] }));
    expect(all.alertLog).toEqual(["client-not-consuming critical worker@65"]);
  });

  test("the queues of the client stay known", () => {
    const t = timeline();
    const one = connection("worker");
    for (let poll = 0; poll < 20; poll++) t.poll({ connections: [one], consumers: [consumer(one, "a")] });
    for (let poll = 0; poll < 20; poll++) t.poll({ connections: [one], consumers: [hidden("a")] });
    expect([...t.memory().clients.values()].map(({ consuming }) => consuming)).toEqual([["a"]]);
  });
});
