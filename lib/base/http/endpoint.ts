import "server-only";
import { done, failed, type Result } from "@/lib/base/errors/failure";
import { createHttpClient, type HttpClient } from "@/lib/base/http/client";
import { faultFailure } from "@/lib/base/http/fault-failure";
import { reason } from "@/lib/base/messages/reason";
import type { TlsFiles } from "@/lib/base/tls/trust";

/** What an HTTP endpoint of an application answered, with any status but 401 and 403. */
export interface EndpointAnswer {
  readonly status: number;
  readonly text: string;
  readonly durationMs: number;
}

export interface Endpoints {
  /** Never throws. `url` may carry credentials; no failure contains them. */
  get(url: string): Promise<Result<EndpointAnswer>>;
  close(): Promise<void>;
}

/** An exporter with 1,000 handlers and their histograms is 3 MB after decompression. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
const CONNECT_WITHIN_MS = 3_000;

interface EndpointOptions extends TlsFiles {
  /** Limits each answer. */
  readonly withinMs: number;
}

/** Reads the HTTP endpoints of applications, with one connection to each. */
export function createEndpoints({ withinMs, caFile, certFile, keyFile }: EndpointOptions): Endpoints {
  const client = createHttpClient({
    connectionsMax: 1,
    connectWithinMs: CONNECT_WITHIN_MS,
    withinMs,
    bytesMax: ANSWER_BYTES_MAX,
    tls: { caFile, certFile, keyFile },
  });
  return { get: (url) => read(client, new URL(url), withinMs), close: client.close };
}

async function read(client: HttpClient, url: URL, withinMs: number): Promise<Result<EndpointAnswer>> {
  const started = performance.now();
  const where = `${url.host}${url.pathname}`;
  const outcome = await client.request(url, { headers: { accept: "application/json, text/plain" } });
  if (!outcome.ok) return failed(faultFailure(outcome.fault, { where, withinMs, bytesMax: ANSWER_BYTES_MAX }));
  const { status, body } = outcome.response;
  if (status === 401 || status === 403) {
    return failed({ code: "unauthorized", retry: false, reason: reason("endpointDenied", { where, status }) });
  }
  return done({ status, text: body.toString("utf8"), durationMs: performance.now() - started });
}
