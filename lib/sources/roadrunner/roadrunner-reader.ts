import "server-only";
import { createEndpoints } from "@/lib/base/http/endpoint";
import { SECOND } from "@/lib/base/time/duration";
import type { TlsFiles } from "@/lib/base/tls/trust";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { refusal } from "@/lib/sources/jobs/refusal";
import { createReader, type SourceReader } from "@/lib/sources/reading/source-reader";
import { createConfigFile } from "@/lib/sources/roadrunner/config-file";
import { type RoadRunnerFacts, roadRunnerReading } from "@/lib/sources/roadrunner/mapping";

export interface RoadRunnerSource extends TlsFiles {
  readonly id: string;
  /** Of the status plugin, such as http://127.0.0.1:2114. */
  readonly statusUrl: string;
  /** Of the metrics plugin, with its path. */
  readonly metricsUrl?: string | undefined;
  /** Path of its .rr.yaml, if that can be read from here. */
  readonly configFile?: string | undefined;
}

/**
 * Much longer than a slow answer, and less than the minute for which a redial can block one: by then it is known to
 * hang.
 */
const ANSWER_WITHIN_MS = 10 * SECOND;

/** Reads one RoadRunner over HTTP. `read` never rejects. It is polled at most every 15 s: `/jobs` has side effects. */
export function createRoadRunnerReader(
  source: RoadRunnerSource,
  jobsWithinMs = ANSWER_WITHIN_MS,
): SourceReader<RoadRunnerFacts> {
  // Two clients, since the other endpoints must be read while /jobs hangs.
  const [jobs, others] = [
    createEndpoints({ ...source, withinMs: jobsWithinMs }),
    createEndpoints({ ...source, withinMs: ANSWER_WITHIN_MS }),
  ];
  const base = source.statusUrl.replace(/\/$/, "");
  const file = source.configFile === undefined ? null : createConfigFile(source.configFile);

  async function poll(previous: SourceReading | null): Promise<SourceOutcome<RoadRunnerFacts>> {
    const started = performance.now();
    const [listed, ready, health, metrics, config] = await Promise.all([
      jobs.get(`${base}/jobs`),
      others.get(`${base}/ready?plugin=jobs`),
      others.get(`${base}/health?plugin=jobs`),
      source.metricsUrl === undefined ? null : others.get(source.metricsUrl),
      file === null ? null : file.check(),
    ]);
    const durationMs = performance.now() - started;
    if (!listed.ok && !ready.ok && !health.ok) return { ...refusal.fromEndpoint(listed.failure), durationMs };
    const context = { source: source.id, nowMs: Date.now(), previous };
    const reading = roadRunnerReading({ jobs: listed, ready, health, metrics, config }, context);
    return { ok: true, reading, durationMs };
  }

  return createReader(poll, () => Promise.all([jobs.close(), others.close()]).then(() => {}));
}
