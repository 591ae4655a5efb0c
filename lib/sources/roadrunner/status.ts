import { z } from "zod";
import { parseBoundedJson } from "@/lib/base/http/bounded-json";
import { type MetricSample, readSamples, sumSamples } from "@/lib/base/http/prometheus";

/** One pipeline as reported by RoadRunner's status plugin. */
export interface PipelineState {
  readonly pipeline: string;
  readonly driver: string;
  /** The broker's queue; "" for a pipeline that only publishes. */
  readonly queue: string;
  /** Whether its listener runs, that is whether it consumes. */
  readonly ready: boolean;
  /** Messages ready in the broker, by a passive declare. */
  readonly active: number;
  readonly delayed: number;
  readonly error: string | null;
}

const Row = z.object({
  pipeline: z.string(),
  driver: z.string(),
  queue: z.string(),
  ready: z.boolean(),
  active: z.number(),
  delayed: z.number(),
  error_message: z.string().default(""),
});
/** More pipelines than any known RoadRunner has. */
const PIPELINES_MAX = 500;
const Rows = z.array(Row).max(PIPELINES_MAX);

/**
 * The body of `GET /jobs`: JSON since status v5.1.0 (RoadRunner 2024.3), HTML-escaped lines before. null for anything
 * else. `reserved` is omitted: the amqp driver never sets it (driver.go v5.2.3, State).
 */
export function parsePipelines(text: string): readonly PipelineState[] | null {
  const rows = text.trimStart().startsWith("[") ? fromJson(text) : fromLines(text);
  const parsed = Rows.safeParse(rows);
  if (!parsed.success) return null;
  return parsed.data.map(({ error_message, ...row }) => ({
    ...row,
    error: error_message === "" ? null : error_message,
  }));
}

/** A pipeline has ten values; twice that for each, and room for those of a later version. */
const VALUES_MAX = PIPELINES_MAX * 40;

const fromJson = (text: string): unknown => parseBoundedJson(new TextEncoder().encode(text), VALUES_MAX) ?? null;

// status v5.0.0 plugin.go, jobsTemplate: `plugin: jobs: pipeline: … | priority: 1 | ready: true | queue: … | … | error: …`.
const FIELD = /^(?:plugin: \S+: )?([a-z]+): (.*)$/s;

function fieldsOf(line: string): Readonly<Record<string, string>> {
  const [head = "", ...error] = line.split(" | error: ");
  const fields = head.split(" | ").flatMap((part) => {
    const [, name, value] = FIELD.exec(part) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(fields),
    ...(error.length === 0 ? {} : { error: error.join(" | error: ").trimEnd() }),
  };
}

const number = (text: string | undefined): number => (/^\d+$/.test(text ?? "") ? Number(text) : Number.NaN);

function fromLines(text: string): unknown {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const { pipeline, ready, queue, active, delayed, driver, error } = fieldsOf(unescapeHtml(line));
    return {
      pipeline,
      driver,
      queue,
      error_message: error,
      ready: ready === "true" ? true : ready === "false" ? false : null,
      active: number(active),
      delayed: number(delayed),
    };
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", "#34": '"', "#39": "'" };
const unescapeHtml = (text: string): string =>
  text.replace(/&(lt|gt|amp|#34|#39);/g, (_, name) => ENTITIES[name] ?? "");

/** The jobs plugin in `/metrics`. Jobs are cumulative since RoadRunner started; null is not reported. */
export interface JobsMetrics {
  readonly done: number | null;
  readonly failed: number | null;
  readonly workers: { readonly ready: number | null; readonly working: number | null; readonly total: number | null };
}

/** Gauges up to v5, counters in v6, which the text may then call `…_total`. */
export function parseJobsMetrics(text: string): JobsMetrics {
  const lines: readonly MetricSample[] = readSamples(text, "rr_jobs_");
  const counter = (name: string) => sumSamples(lines, name) ?? sumSamples(lines, `${name}_total`);
  return {
    done: counter("rr_jobs_jobs_ok"),
    failed: counter("rr_jobs_jobs_err"),
    workers: {
      ready: sumSamples(lines, "rr_jobs_workers_ready"),
      working: sumSamples(lines, "rr_jobs_workers_working"),
      total: sumSamples(lines, "rr_jobs_total_workers"),
    },
  };
}
