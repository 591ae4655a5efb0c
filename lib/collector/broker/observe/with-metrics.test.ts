import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { whereOf, withMetrics } from "@/lib/collector/broker/observe/with-metrics";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { parseConnections } from "@/lib/rabbitmq/api/parse";
import { parseMetrics } from "@/lib/rabbitmq/api/parse-metrics";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

const NODE = "rabbit@a";
const identity = (name: string): Connection => ({
  name,
  userProvidedName: null,
  product: null,
  productVersion: null,
  platform: null,
  protocol: null,
  vhost: "/",
  user: "app",
  node: NODE,
  peerHost: null,
  state: null,
  timeoutSeconds: null,
  connectedAtMs: null,
  recvOct: null,
  sendOct: null,
});
const full = (name: string): Connection => ({
  ...identity(name),
  connectedAtMs: 7,
  timeoutSeconds: 60,
  recvOct: 1,
  sendOct: 2,
});
const idOf = (name: string) => sessionId("main", full(name));
const known = new Map(["a", "b"].map((name) => [whereOf(full(name)), full(name)]));
const pidOf = new Map([
  [idOf("a"), "<0.1.0>"],
  [idOf("b"), "<0.2.0>"],
]);
const metrics = (rows: Readonly<Record<string, number>>) => {
  const octets = new Map(Object.entries(rows).map(([pid, recvOct]) => [pid, { recvOct, sendOct: recvOct + 1 }]));
  return new Map([[NODE, { node: NODE, octets, unreadable: 0 }]]);
};
const BOTH = metrics({ "<0.1.0>": 10, "<0.2.0>": 20 });

test.each<[string, string[], Partial<Parameters<typeof withMetrics>[1]>, [string, number | null][], number]>([
  [
    "each gets its own octets",
    ["a", "b"],
    {},
    [
      ["a", 10],
      ["b", 20],
    ],
    0,
  ],
  ["who is no longer listed is gone, whatever metrics still say of it", ["b"], {}, [["b", 20]], 0],
  ["a stranger waits for the list", ["a", "new"], {}, [["a", 10]], 1],
  [
    "a name whose reader is gone belongs to somebody else now",
    ["a", "b"],
    { metrics: metrics({ "<0.1.0>": 10 }) },
    [["a", 10]],
    1,
  ],
  ["a node that did not answer: alive, not measured", ["a"], { metrics: new Map() }, [["a", null]], 0],
  ["a pid nobody told: alive, not measured", ["a"], { pidOf: new Map() }, [["a", null]], 0],
])("%s", (_, listed, differs, announced, strangers) => {
  const joined = withMetrics(listed.map(identity), { broker: "main", known, pidOf, metrics: BOTH, ...differs });
  expect(joined.connections.map((one) => [one.name, one.recvOct])).toEqual(announced);
  expect(joined.strangers).toBe(strangers);
});

test("a joined connection is the session that the list described", () => {
  const { connections } = withMetrics([identity("a")], { broker: "main", known, pidOf, metrics: BOTH });
  expect(connections.map((one) => [sessionId("main", one), one.timeoutSeconds, one.sendOct])).toEqual([
    [idOf("a"), 60, 11],
  ]);
});

test("recorded on one broker at one moment: names without statistics beside the pids of its node", () => {
  const recorded = "lib/rabbitmq/api/recorded/3.10.8";
  const listed = parseConnections(JSON.parse(readFileSync(`${recorded}/connections-disable-stats.json`, "utf8")));
  const text = readFileSync(`${recorded}/metrics-detailed-connection-coarse.txt`, "utf8");
  const announced = parseMetrics(text);
  if (!listed.ok || !announced.ok) throw new Error("the recordings are not read");
  expect(listed.value.unreadable).toBe(0);
  expect(listed.value.rows.map((one) => one.connectedAtMs).every((at) => at === null)).toBe(true);
  expect(new Set(listed.value.rows.map((one) => one.node))).toEqual(new Set([announced.value.node]));
});
