import { type ConfigText, isFromEnvironment, isMap } from "@/lib/sources/roadrunner/lint/config-text";
import type { ConfigPath } from "@/lib/sources/roadrunner/lint/finding";

/** One entry of `jobs.pipelines`. */
export interface Pipeline {
  readonly name: string;
  /** null if it has none. */
  readonly driver: string | null;
  /** Its own `config`, as written; settings beside `driver` are read as if they were in it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The settings beside `driver`, where RoadRunner ignores them. */
  readonly misplaced: Readonly<Record<string, unknown>>;
  readonly path: ConfigPath;
  /** The layout of `config`: 1 flat keys, 2 nested under `exchange` and `queue`. */
  readonly shape: 1 | 2;
  /** Whether it has `version: 2`. */
  readonly saysVersion2: boolean;
  /** Whether another file or the environment may hold settings that are absent here. */
  readonly isOpen: boolean;
}

/** The input of the rules, read once. */
export interface JobsSection {
  readonly text: ConfigText;
  readonly pipelines: readonly Pipeline[];
  /** Names under `jobs.consume`; null without that key. */
  readonly consume: readonly string[] | null;
  /** Whether another file or the environment may add pipelines or names to consume. */
  readonly isOpen: boolean;
  /** `jobs.pool.num_workers`; null if it defaults to the number of cores, or is unknown here. */
  readonly workers: number | null;
  readonly jobs: Readonly<Record<string, unknown>>;
}

/** Each flat key of an amqp pipeline and its place in the nested layout (amqp v6, config.go @7a8adf9). */
export const NESTED: Readonly<Record<string, readonly ["exchange" | "queue", string]>> = {
  exchange: ["exchange", "name"],
  exchange_type: ["exchange", "type"],
  exchange_durable: ["exchange", "durable"],
  exchange_auto_delete: ["exchange", "auto_delete"],
  exchange_declare: ["exchange", "declare"],
  queue: ["queue", "name"],
  routing_key: ["queue", "routing_key"],
  durable: ["queue", "durable"],
  queue_auto_delete: ["queue", "auto_delete"],
  exclusive: ["queue", "exclusive"],
  consumer_id: ["queue", "consumer_id"],
  delete_queue_on_stop: ["queue", "delete_on_stop"],
  multiple_ack: ["queue", "multiple_ack"],
  requeue_on_fail: ["queue", "requeue_on_fail"],
  queue_headers: ["queue", "headers"],
  queue_declare: ["queue", "declare"],
};

/** The part of a configuration about jobs; absent sections are empty. */
export function readJobs(text: ConfigText): JobsSection {
  const jobs = isMap(text.root.jobs) ? text.root.jobs : {};
  const hasInclude = text.root.include !== undefined && text.root.include !== null;
  const pipelines = Object.entries(isMap(jobs.pipelines) ? jobs.pipelines : {}).map(([name, pipeline]) =>
    readPipeline(name, isMap(pipeline) ? pipeline : {}, hasInclude),
  );
  const names: readonly unknown[] = Array.isArray(jobs.consume) ? jobs.consume : [jobs.consume];
  const isOpen = hasInclude || [...names, jobs.pipelines].some(isFromEnvironment);
  const consume = Array.isArray(jobs.consume)
    ? jobs.consume.filter((name): name is string => typeof name === "string")
    : null;
  const pool = isMap(jobs.pool) ? jobs.pool : {};
  const workers = number(pool.num_workers);
  return { text, pipelines, consume, isOpen, workers: workers === 0 ? null : workers, jobs };
}

/** Settings of `config`. RoadRunner reads `priority` beside `driver`, too. */
const isSetting = (key: string): boolean =>
  ["version", "prefetch", "redial_timeout"].includes(key) || Object.hasOwn(NESTED, key);

function readPipeline(name: string, pipeline: Readonly<Record<string, unknown>>, hasInclude: boolean): Pipeline {
  const misplaced = Object.fromEntries(Object.entries(pipeline).filter(([key]) => isSetting(key)));
  const config = { ...misplaced, ...(isMap(pipeline.config) ? pipeline.config : {}) };
  const saysVersion2 = number(config.version) === 2;
  return {
    name,
    driver: typeof pipeline.driver === "string" ? pipeline.driver : null,
    config,
    misplaced,
    isOpen: hasInclude || isFromEnvironment(pipeline.config),
    path: ["jobs", "pipelines", name, "config"],
    shape: saysVersion2 || isMap(config.exchange) || isMap(config.queue) ? 2 : 1,
    saysVersion2,
  };
}

/** A setting by its flat name, in either layout; `value` is undefined if it is not set. */
export function setting(pipeline: Pipeline, flat: string): { readonly value: unknown; readonly path: ConfigPath } {
  const nested = pipeline.shape === 2 ? NESTED[flat] : undefined;
  if (nested === undefined) return { value: pipeline.config[flat], path: [...pipeline.path, flat] };
  const section = pipeline.config[nested[0]];
  return { value: isMap(section) ? section[nested[1]] : undefined, path: [...pipeline.path, ...nested] };
}

/** The pipeline's queue; null if it has none and so only publishes. */
export function queueOf(pipeline: Pipeline): string | null {
  const { value } = setting(pipeline, "queue");
  return typeof value === "string" && value !== "" ? value : null;
}

export const isAmqp = (pipeline: Pipeline): boolean => pipeline.driver === "amqp";

/** Integers as viper reads them, also in quotes; null for anything else. */
export function number(value: unknown): number | null {
  if (typeof value === "number") return Number.isInteger(value) ? value : null;
  return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : null;
}

/** Booleans as viper reads them; null if the environment decides. */
export function truth(value: unknown): boolean | null {
  if (isFromEnvironment(value)) return null;
  return value === true || value === 1 || (typeof value === "string" && /^(1|t|true)$/i.test(value));
}
