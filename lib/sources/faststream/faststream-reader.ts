import "server-only";
import { createEndpoints } from "@/lib/base/http/endpoint";
import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import type { TlsFiles } from "@/lib/base/tls/trust";
import { type FastStreamFacts, fastStreamReading } from "@/lib/sources/faststream/mapping";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { refusal } from "@/lib/sources/jobs/refusal";
import { createReader, type SourceReader } from "@/lib/sources/reading/source-reader";

export interface FastStreamSource extends TlsFiles {
  readonly id: string;
  readonly metricsUrl: string;
  /** `metrics_prefix` of its middleware. */
  readonly metricsPrefix: string;
}

/** The exporter answers from the application's event loop: a longer time means that the loop is blocked. */
const ANSWER_WITHIN_MS = 10 * SECOND;

/** Reads one FastStream application's exporter. `read` never rejects. */
export function createFastStreamReader(source: FastStreamSource): SourceReader<FastStreamFacts> {
  const endpoints = createEndpoints({ ...source, withinMs: ANSWER_WITHIN_MS });

  async function poll(previous: SourceReading | null): Promise<SourceOutcome<FastStreamFacts>> {
    const started = performance.now();
    const answer = await endpoints.get(source.metricsUrl);
    const durationMs = performance.now() - started;
    if (!answer.ok) return { ...refusal.fromEndpoint(answer.failure), durationMs };
    const { status, text } = answer.value;
    if (status !== 200) {
      const failure = {
        code: "unavailable",
        retry: true,
        reason: reason("endpointStatus", { where: "metricsUrl", status }),
      } as const;
      return { ...refusal.fromEndpoint(failure), durationMs };
    }
    const reading = fastStreamReading(text, source.metricsPrefix, { source: source.id, nowMs: Date.now(), previous });
    if (reading === null) {
      const name = `${source.metricsPrefix}_received_messages`;
      const why = reason("metricsMissing", { where: "metricsUrl", name });
      return { ...refusal.fromFailure({ code: "incompatible", retry: true, reason: why }), durationMs };
    }
    return { ok: true, reading, durationMs };
  }

  return createReader(poll, () => endpoints.close());
}
