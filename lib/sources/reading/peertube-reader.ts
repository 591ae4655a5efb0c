import "server-only";
import { SECOND } from "@/lib/base/time/duration";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { refusal } from "@/lib/sources/jobs/refusal";
import { readPeertubeApi } from "@/lib/sources/reading/peertube-api";
import { createPeertubeClient, type PeertubeAccess } from "@/lib/sources/reading/peertube-client";
import { createReader, type SourceReader } from "@/lib/sources/reading/source-reader";

// Up to forty requests, each about 10 ms of PeerTube's database; a poll that takes longer than this is aborted.
const POLL_BUDGET_MS = 20 * SECOND;

/** Reads the runners of one PeerTube by its REST API, one request at a time. */
export function createPeertubeReader(source: { readonly id: string } & PeertubeAccess): SourceReader<never> {
  const client = createPeertubeClient(source);

  async function poll(previous: SourceReading | null): Promise<SourceOutcome<never>> {
    const nowMs = Date.now();
    const get = client.within(AbortSignal.timeout(POLL_BUDGET_MS));
    const result = await readPeertubeApi(get, { source: source.id, nowMs, previous });
    const durationMs = Date.now() - nowMs;
    if (!result.ok) return { ...refusal.fromFailure(result.failure), durationMs };
    return { ok: true, reading: result.value, durationMs };
  }

  return createReader(poll, () => client.close());
}
