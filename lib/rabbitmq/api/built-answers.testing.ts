import "server-only";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/**
 * Answers of the management API by version, for tests. Those of 3.10 were *recorded* on 3.10.8. The others are *built*
 * from them by the differences that the source and the release notes of each version document; none of these versions
 * was run. Each difference names its source in rabbitmq-server at the version's tag.
 */
export const VERSIONS = ["3.10 recorded", "3.13 built", "4.0 built", "4.2.6 built", "4.3 built"] as const;
export type BrokerVersion = (typeof VERSIONS)[number];

type Row = Readonly<Record<string, unknown>>;

export interface BuiltAnswers {
  readonly overview: Row;
  readonly nodes: readonly Row[];
  readonly connections: readonly Row[];
  /** With `management_agent.disable_metrics_collector`. */
  readonly connectionsWithoutStatistics: readonly Row[];
  readonly consumers: readonly Row[];
  /** Without `columns`. */
  readonly queues: readonly Row[];
}

const Rows = z.array(z.record(z.string(), z.unknown()));

function recorded(name: string): readonly Row[] {
  const file = join(import.meta.dirname, "recorded", "3.10.8", `${name}.json`);
  const json: unknown = JSON.parse(readFileSync(file, "utf8"));
  return Rows.parse(Array.isArray(json) ? json : [json]);
}

/** The answers of this version; a version without differences answers like the one before it. */
export function answersOf(version: BrokerVersion): BuiltAnswers {
  const since = VERSIONS.indexOf(version);
  const steps = [as313, as40, as426, as43].slice(0, since);
  return steps.reduce<BuiltAnswers>((answers, step) => step(answers), asRecorded());
}

function asRecorded(): BuiltAnswers {
  const [overview] = recorded("overview");
  if (overview === undefined) throw new Error("no overview was recorded");
  const clients = ["connection_amqplib", "connection_rmqclient", "connection_pika", "connection_aiopika"];
  return {
    overview,
    nodes: recorded("node"),
    connections: [...clients.flatMap(recorded), ...recorded("connections_other_protocols")],
    connectionsWithoutStatistics: recorded("connections-disable-stats"),
    consumers: recorded("consumer"),
    queues: recorded("queues_topology"),
  };
}

/** rabbit_mgmt_format:format_queue_basic_stats/1 of 3.13.7 omits these, and everything that is empty. */
const NOT_BASIC = ["garbage_collection", "reductions", "reductions_details", "idle_since", "disk_reads", "disk_writes"];

/**
 * Queues are a basic set unless `columns` are requested; no policy is `{}`, `[]` or "" depending on the kind of queue
 * (release notes 4.2.6). MQTT is native since 3.12 and names its version as a tuple (rabbit_mqtt_processor.erl,
 * proto_version_tuple/1, printed by rabbit_mgmt_format:protocol/1), without the variable_map.
 */
function as313(before: BuiltAnswers): BuiltAnswers {
  const EMPTY = [{}, [], ""];
  const basic = (queue: Row, at: number): Row => ({
    ...without(queue, [...NOT_BASIC, ...Object.keys(queue).filter((key) => queue[key] === null)]),
    effective_policy_definition: hasPolicy(queue) ? queue.effective_policy_definition : EMPTY[at % EMPTY.length],
    ...(queue.type === "classic" ? { storage_version: 1 } : {}),
  });
  return {
    ...named(before, "3.13.7"),
    queues: before.queues.map(basic),
    connections: before.connections.flatMap((connection) => {
      if (connection.protocol !== "MQTT 3.1.1") return [connection];
      const native = {
        ...without(connection, ["variable_map", "channels", "channel_max"]),
        type: "network",
        timeout: 60,
      };
      return ["MQTT 3-1", "MQTT 3-1-1", "MQTT 5-0", "Web MQTT 3-1-1"].map((protocol, at) => ({
        ...native,
        name: `127.0.0.1:${58_026 + at} -> 127.0.0.1:1883`,
        protocol,
      }));
    }),
  };
}

/**
 * AMQP 1.0 is part of the broker (rabbit_amqp_reader.erl, i/2): statistics, a container_id and the node's heartbeat as
 * timeout. Nodes have no disk I/O numbers since then (release notes 4.0.1).
 */
function as40(before: BuiltAnswers): BuiltAnswers {
  const [like] = before.connections;
  const native = (connection: Row): Row => ({
    ...like,
    ...connection,
    type: "network",
    protocol: "AMQP 1-0",
    container_id: "c-1",
    timeout: 60,
    state: "running",
    user_provided_name: "c-1",
    client_properties: { product: "AMQP 1.0 client", version: "0.1" },
    recv_oct: 4_000,
    send_oct: 4_000,
  });
  return {
    ...named(before, "4.0.9"),
    nodes: before.nodes.map((node) =>
      without(
        node,
        Object.keys(node).filter((key) => key.startsWith("io_")),
      ),
    ),
    connections: before.connections.map((connection) =>
      connection.protocol === "AMQP 1.0" ? native(connection) : connection,
    ),
  };
}

/** The fields of a connection that are statistics; the rest is static and listed without them since 4.2.6. */
const STATISTICS = /^(recv|send)_|^(state|channels|garbage_collection|reductions)/;

/** No policy is always `{}`; without statistics a connection still has all its static fields (release notes 4.2.6). */
function as426(before: BuiltAnswers): BuiltAnswers {
  return {
    ...named(before, "4.2.6"),
    queues: before.queues.map((queue) => (hasPolicy(queue) ? queue : { ...queue, effective_policy_definition: {} })),
    connectionsWithoutStatistics: before.connections.map((connection) =>
      without(
        connection,
        Object.keys(connection).filter((key) => STATISTICS.test(key)),
      ),
    ),
    connections: before.connections.flatMap((connection) => {
      if (connection.protocol !== "AMQP 1-0") return [connection];
      return [connection, { ...connection, name: "127.0.0.1:33463 -> 127.0.0.1:15678", protocol: "Web AMQP 1-0" }];
    }),
  };
}

/**
 * Quorum queues list delayed retries (rabbit_quorum_queue.erl, handle_tick/3): five messages wait in the queue that has
 * them switched on, and a limit may be the word `unlimited`. Khepri is the only store: nodes list no partitions.
 */
function as43(before: BuiltAnswers): BuiltAnswers {
  const quorum = {
    messages_ready_high: 0,
    messages_ready_normal: 2,
    messages_ready_returned: 1,
    publishers: 1,
    messages_delayed: 0,
    delivery_limit: "unlimited",
    delayed_retry: "disabled",
  };
  const retrying = {
    name: "qq.retrying",
    messages_delayed: 5,
    next_delayed_at: NOW_MS,
    last_delayed_at: NOW_MS + 60_000,
    delivery_limit: 20,
    delayed_retry: "failed (min: 1000ms, max: 60000ms)",
    messages_ready: 3,
    arguments: { "x-queue-type": "quorum", "x-delayed-retry-type": "failed", "x-delayed-retry-min": 1_000 },
  };
  return {
    ...named(before, "4.3.5"),
    nodes: before.nodes.map((node) => without(node, ["partitions"])),
    queues: before.queues.flatMap((queue) =>
      queue.type === "quorum"
        ? [
            { ...queue, ...quorum },
            { ...queue, ...quorum, ...retrying },
          ]
        : [queue],
    ),
  };
}

const NOW_MS = Date.UTC(2026, 10, 21);

const named = (answers: BuiltAnswers, version: string): BuiltAnswers => ({
  ...answers,
  overview: { ...answers.overview, rabbitmq_version: version, management_version: version, product_version: version },
});

const hasPolicy = ({ effective_policy_definition: policy }: Row): boolean =>
  typeof policy === "object" && policy !== null && Object.keys(policy).length > 0;

const without = (row: Row, keys: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));
