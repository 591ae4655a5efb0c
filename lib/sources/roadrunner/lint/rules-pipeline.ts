import { parseDuration, SECOND } from "@/lib/base/time/duration";
import { isFromEnvironment, isMap } from "@/lib/sources/roadrunner/lint/config-text";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import {
  isAmqp,
  NESTED,
  number,
  type Pipeline,
  queueOf,
  setting,
  truth,
} from "@/lib/sources/roadrunner/lint/pipelines";
import { AMQP_V6, findingAt, type LintInput, type LintRule, without } from "@/lib/sources/roadrunner/lint/rule";
import { SHAPE_RULES } from "@/lib/sources/roadrunner/lint/rules-shape";
import { atLeast } from "@/lib/sources/roadrunner/version";

/** Raw messages were consumed only with this setting, up to the amqp plugin of 2023.3. */
const CONSUME_ALL = "consume_all";
const CONSUME_ALL_ENDED = [2024, 1] as const;
const COMMON = ["version", "priority", "prefetch", "redial_timeout", "pool"];
/** Keys of other drivers that often remain when a pipeline is moved to amqp. */
const OTHERS: Readonly<Record<string, string>> = {
  reserve_timeout: "beanstalk",
  tube: "beanstalk",
  tube_priority: "beanstalk",
  visibility_timeout: "sqs",
  wait_time_seconds: "sqs",
  skip_queue_declaration: "sqs",
  message_group_id: "sqs",
  attributes: "sqs",
  tags: "sqs",
  file: "boltdb",
  permissions: "boltdb",
};
/** Before this version RabbitMQ accepts queues that are neither durable nor exclusive. */
const RABBIT_REFUSES = [4, 3] as const;
const REDIAL_DEFAULT = 60;
/** An upgrade of a broker takes minutes. */
const REDIAL_SUGGESTED = 300;
const EXCHANGE_TYPES = ["direct", "fanout", "topic", "headers"];

const each =
  (check: (input: LintInput, pipeline: Pipeline) => readonly LintFinding[]): LintRule =>
  (input) =>
    input.pipelines.filter(isAmqp).flatMap((pipeline) => check(input, pipeline));

/** RR04: mapstructure ignores unknown keys; only the published schema rejects them. */
const foreignKeys = each((input, pipeline) => {
  const { config, path } = pipeline;
  const foreignIn = (section: unknown, below: Pipeline["path"], known: (key: string) => boolean) =>
    Object.keys(isMap(section) ? section : {})
      .filter((key) => !known(key))
      .map((key) => foreign(input, below, isMap(section) ? section : {}, key));
  return [
    ...foreignIn(
      config,
      path,
      (key) => isReadBefore2024(input, key) || COMMON.includes(key) || Object.hasOwn(NESTED, key),
    ),
    ...foreignIn(config.exchange, [...path, "exchange"], (key) => isNested("exchange", key)),
    ...foreignIn(config.queue, [...path, "queue"], (key) => isNested("queue", key)),
  ];
});

const isReadBefore2024 = ({ versions }: LintInput, key: string): boolean =>
  key === CONSUME_ALL && atLeast(versions.roadRunner, CONSUME_ALL_ENDED) !== true;

const isNested = (section: string, key: string): boolean =>
  Object.values(NESTED).some(([under, name]) => under === section && name === key);

function foreign(input: LintInput, path: Pipeline["path"], config: Readonly<Record<string, unknown>>, key: string) {
  const driver = OTHERS[key];
  return findingAt(input, [...path, key], {
    id: "RR04",
    severity: "error",
    key: driver === undefined ? "RR04unknown" : "RR04",
    values: driver === undefined ? { key } : { key, driver },
    fix: { path, value: without(config, key) },
  });
}

/**
 * RR06: `RedialTimeout int`, in seconds; 0 or no value means 60. The last pause may not exceed it, so RoadRunner gives up
 * earlier: with 60 after 39 s. It then exits, with all its pipelines (measured, 2025.1.15).
 */
const redialTimeout = each((input, pipeline) => {
  const { value, path } = setting(pipeline, "redial_timeout");
  if (value === undefined || isFromEnvironment(value)) return [];
  const seconds = number(value);
  if (seconds === null) {
    const ms = typeof value === "string" ? parseDuration(value) : null;
    const wanted = ms === null ? REDIAL_SUGGESTED : Math.round(ms / SECOND);
    const values = { value: String(value).slice(0, 40), wanted };
    return [
      findingAt(input, path, { id: "RR06", severity: "error", key: "RR06type", values, fix: { path, value: wanted } }),
    ];
  }
  if (seconds === 0 || seconds >= REDIAL_DEFAULT) return [];
  const values = { seconds, wanted: REDIAL_SUGGESTED };
  const fix = { path, value: REDIAL_SUGGESTED };
  return [findingAt(input, path, { id: "RR06", severity: "warning", key: "RR06short", values, fix })];
});

/** RR07: 4.3.0 denies `transient_nonexcl_queues` by default (rabbit_amqqueue.erl v4.3.5): error 541, connection closed. */
const notDurable = each((input, pipeline) => {
  const queue = queueOf(pipeline);
  const declare = setting(pipeline, "queue_declare").value;
  if (queue === null || declare === false || isFromEnvironment(declare)) return [];
  const { value, path } = setting(pipeline, "durable");
  if (pipeline.isOpen && value === undefined) return [];
  const safe = [truth(value), truth(setting(pipeline, "exclusive").value)];
  if (safe.some((setting) => setting !== false)) return [];
  const refused = atLeast(input.versions.rabbit, RABBIT_REFUSES) === true;
  return [
    findingAt(input, path, {
      id: "RR07",
      severity: refused ? "error" : "warning",
      key: refused ? "RR07refused" : "RR07",
      values: { queue },
      fix: { path, value: true },
    }),
  ];
});

/**
 * RR08: up to v5 each push fails (driver.go v5.2.3 line 375), from v6 on RoadRunner does not start (config.go
 * @7a8adf9).
 */
const routingKey = each((input, pipeline) => {
  const { value, path } = setting(pipeline, "routing_key");
  const empty = value === undefined || value === null || value === "";
  const type = setting(pipeline, "exchange_type").value;
  if (!empty || type === "fanout" || isFromEnvironment(type)) return [];
  if (pipeline.isOpen || isFromEnvironment(pipeline.config.version)) return [];
  const stops = pipeline.saysVersion2 || atLeast(input.versions.roadRunner, AMQP_V6) === true;
  return [
    findingAt(input, path, {
      id: "RR08",
      severity: stops ? "error" : "warning",
      key: stops ? "RR08stops" : "RR08",
      values: { name: pipeline.name },
      fix: { path, value: queueOf(pipeline) ?? pipeline.name },
    }),
  ];
});

/** RR09 */
const exchangeType = each((input, pipeline) => {
  const { value, path } = setting(pipeline, "exchange_type");
  if (value === undefined || value === null || value === "" || isFromEnvironment(value)) return [];
  if (EXCHANGE_TYPES.includes(String(value))) return [];
  const values = { type: String(value).slice(0, 40) };
  return [
    findingAt(input, path, { id: "RR09", severity: "error", key: "RR09", values, fix: { path, value: "direct" } }),
  ];
});

/**
 * RR13: settings of the amqp driver are read from `config` only (amqpjobs FromConfig, and roadrunner #2275 and #2292). The
 * other rules read them as if they were there.
 */
const besideDriver = each((input, pipeline) => {
  const keys = Object.keys(pipeline.misplaced);
  const [first] = keys;
  if (first === undefined) return [];
  const path = pipeline.path.slice(0, -1);
  const values = { keys: keys.join(", ").slice(0, KEYS_LENGTH_MAX) };
  const fix = { path: pipeline.path, value: pipeline.config };
  return [findingAt(input, [...path, first], { id: "RR13", severity: "warning", key: "RR13", values, fix })];
});

const KEYS_LENGTH_MAX = 200;

/** Rules for each pipeline with the driver amqp. */
export const PIPELINE_RULES: readonly LintRule[] = [
  besideDriver,
  foreignKeys,
  redialTimeout,
  notDurable,
  routingKey,
  exchangeType,
  each((input, pipeline) => SHAPE_RULES.flatMap((rule) => rule(input, pipeline))),
];
