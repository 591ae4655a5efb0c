import { expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { parseConnections, parseQueues } from "@/lib/rabbitmq/api/parse";

const CONNECTIONS = 5_000;
const QUEUES = 2_000;
const ROUNDS = 30;

/** What `/api/connections?columns=…` and `/api/queues?columns=…` answer, as bytes. */
function answers(round: number): { readonly connections: string; readonly queues: string } {
  const connections = Array.from({ length: CONNECTIONS }, (_, at) => ({
    name: `10.0.${at >> 8}.${at & 255}:${40_000 + (at % 20_000)} -> 10.1.0.1:5672`,
    user_provided_name: `worker-${at}@host-${at % 100}`,
    client_properties: {
      capabilities: { "basic.nack": true, "connection.blocked": true, consumer_cancel_notify: true },
      product: "amqplib",
      version: "2.3.1",
      platform: "Node.JS v24",
      connection_name: `worker-${at}@host-${at % 100}`,
    },
    protocol: "AMQP 0-9-1",
    vhost: "/",
    user: "app",
    node: "rabbit@a",
    peer_host: `10.0.${at >> 8}.${at & 255}`,
    state: "running",
    timeout: 60,
    connected_at: 1_795_000_000_000 + at,
    recv_oct: 400 + 8 * Math.floor((round + (at % 12)) / 12),
    send_oct: 500 + 8 * Math.floor((round + (at % 6)) / 6),
  }));
  const queues = Array.from({ length: QUEUES }, (_, at) => ({
    name: `queue-${at}`,
    vhost: "/",
    type: "classic",
    state: "running",
    durable: true,
    exclusive: false,
    arguments: at % 3 === 0 ? { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": `queue-${at + 1}` } : {},
    effective_policy_definition: {},
    messages_ready: (at * round) % 97,
    messages_unacknowledged: 0,
    consumers: 1,
    message_stats: { publish_details: { rate: 1.2 }, ack_details: { rate: 1.1 } },
  }));
  return { connections: JSON.stringify(connections), queues: JSON.stringify(queues) };
}

/** Everybody has a channel with a consumer, and works. */
function worked(connections: readonly Connection[], round: number) {
  const consumers = connections.map(({ name }, at) => ({ connection: name, queue: `queue-${at % QUEUES}`, tag: "t" }));
  const channels = connections.map(({ name }) => ({
    ...{ name: `${name} (1)`, connection: name, consumers: 1, prefetch: 10, globalPrefetch: 0, unacked: 2 },
    ...{ published: round * 50, delivered: round * 50, acked: round * 50 },
  }));
  return { consumers, channels };
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
const timed = <T>(work: () => T): [T, number] => {
  const began = performance.now();
  const result = work();
  return [result, performance.now() - began];
};

test(`one tick over ${CONNECTIONS} connections and ${QUEUES} queues`, () => {
  const line = timeline();
  const costs: { json: number; parse: number; derive: number; judge: number }[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const answer = answers(round);
    bytes = answer.connections.length + answer.queues.length;
    const [json, jsonMs] = timed(() => ({
      connections: JSON.parse(answer.connections),
      queues: JSON.parse(answer.queues),
    }));
    const [rows, parseMs] = timed(() => ({
      connections: parseConnections(json.connections),
      queues: parseQueues(json.queues, "main"),
    }));
    if (!rows.connections.ok || !rows.queues.ok) throw new Error("not parsed");
    const connections = rows.connections.value.rows;
    const seen = { connections, queues: rows.queues.value.rows, ...worked(connections, round) };
    const [{ facts }, deriveMs] = timed(() => line.poll(seen));
    const given = { rules: BUILT_IN_RULES, readings: facts.readings, ended: facts.ended, nowMs: line.nowMs() };
    const [, judgeMs] = timed(() => evaluateAlerts(new Map(), given));
    costs.push({ json: jsonMs, parse: parseMs, derive: deriveMs, judge: judgeMs });
  }
  expect(line.memory().clients.size).toBe(CONNECTIONS);
  const warm = costs.slice(5);
  const of = (pick: (cost: (typeof costs)[number]) => number) => warm.map(pick).sort((a, b) => a - b);
  const line_ = (what: string, times: readonly number[]) =>
    console.log(
      `${what.padEnd(34)} p50 ${quantile(times, 0.5).toFixed(1)} ms   p95 ${quantile(times, 0.95).toFixed(1)} ms`,
    );
  const json = of((cost) => cost.json);
  const whole = of((cost) => cost.parse + cost.derive + cost.judge);
  console.log(
    `\n${CONNECTIONS} connections and ${QUEUES} queues, ${(bytes / 1e6).toFixed(2)} MB of JSON, ${warm.length} warm polls`,
  );
  line_("JSON.parse of the same bytes", json);
  line_(
    "parse (zod)",
    of((cost) => cost.parse),
  );
  line_(
    "derive (follow, judge late, measure)",
    of((cost) => cost.derive),
  );
  line_(
    "judge (every built-in rule)",
    of((cost) => cost.judge),
  );
  line_("parse + derive + judge", whole);
  console.log(`ratio to JSON.parse                 p50 ${(quantile(whole, 0.5) / quantile(json, 0.5)).toFixed(2)}`);
  console.log(`share of a 5 s poll                 p95 ${((quantile(whole, 0.95) / 5_000) * 100).toFixed(2)} %\n`);
});
