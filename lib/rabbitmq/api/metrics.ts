import "server-only";
import { failed, type Result } from "@/lib/base/errors/failure";
import { bearerAuthorization } from "@/lib/base/http/authorization";
import { appendPath, createHttpClient, type HttpClient } from "@/lib/base/http/client";
import { credentialsOf } from "@/lib/base/http/credentials";
import { faultFailure } from "@/lib/base/http/fault-failure";
import { type BearerToken, currentToken } from "@/lib/base/http/token-file";
import { reason } from "@/lib/base/messages/reason";
import type { ApiOptions } from "@/lib/rabbitmq/api/management-api";
import { type NodeMetrics, parseMetrics } from "@/lib/rabbitmq/api/parse-metrics";

/** 10,000 connections are 2.4 MB of text. An answer of ten times that is from another exporter. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
/** 65 ms for 10,000 connections (measured); one that needs 5 s is no cheaper than the list. */
const ANSWER_WITHIN_MS = 5_000;
const CONNECT_WITHIN_MS = 2_000;
/** Not `/metrics/per-object`: it is twice the size and includes every queue and channel. */
const PATH = "/metrics/detailed?family=connection_coarse_metrics";

interface MetricsAnswer {
  readonly metrics: NodeMetrics;
  /** After decompression. */
  readonly bytes: number;
  readonly durationMs: number;
}

/** The Prometheus ports of one broker's nodes. */
export interface MetricsApi {
  /** Octets of every connection by reader pid, one answer for each node. Never throws. */
  get(signal?: AbortSignal): Promise<readonly Result<MetricsAnswer>[]>;
  close(): Promise<void>;
}

/**
 * `urls`: one for each node, `http://host:15692`; may carry credentials, which never appear in a failure. A `token` is
 * sent as a bearer token to those without.
 */
export function createMetricsApi(
  urls: readonly string[],
  { withinMs = ANSWER_WITHIN_MS, token, ...files }: ApiOptions = {},
): MetricsApi {
  const client = createHttpClient({
    connectionsMax: 1,
    connectWithinMs: CONNECT_WITHIN_MS,
    withinMs,
    bytesMax: ANSWER_BYTES_MAX,
    tls: files,
  });
  return {
    get: (signal) => Promise.all(urls.map((url) => scrape(client, url, { withinMs, token, signal }))),
    close: client.close,
  };
}

interface ScrapeOptions {
  readonly withinMs: number;
  readonly token: BearerToken | undefined;
  readonly signal: AbortSignal | undefined;
}

async function scrape(
  client: HttpClient,
  configured: string,
  { withinMs, token, signal }: ScrapeOptions,
): Promise<Result<MetricsAnswer>> {
  const started = performance.now();
  const base = new URL(configured);
  base.pathname = base.pathname.replace(/(\/metrics)?\/?$/, "");
  const current = currentToken(token);
  const bearer =
    current === null || credentialsOf(base) !== null ? {} : { authorization: bearerAuthorization(current) };
  const headers = { accept: "text/plain", ...bearer };
  const outcome = await client.request(appendPath(base, PATH), { headers, signal });
  if (!outcome.ok) {
    return failed(faultFailure(outcome.fault, { where: WHERE, withinMs, bytesMax: ANSWER_BYTES_MAX }));
  }
  const { status, body } = outcome.response;
  if (status !== 200) return statusFailure(status);
  const parsed = parseMetrics(body.toString("latin1"));
  if (!parsed.ok) return parsed;
  return { ok: true, value: { metrics: parsed.value, bytes: body.length, durationMs: performance.now() - started } };
}

/** The address may carry credentials: failures name its setting instead. */
const WHERE = "metricsUrl";

/**
 * 404: no such exporter, or one older than the detailed families; 401: one behind `prometheus.authentication.enabled`.
 */
function statusFailure(status: number) {
  const why = reason("httpStatus", { status, where: WHERE });
  if (status === 401 || status === 403) return failed({ code: "unauthorized", retry: false, reason: why });
  return failed({ code: status === 404 ? "not-found" : "unavailable", retry: true, reason: why });
}
