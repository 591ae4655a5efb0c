import "server-only";
import { Agent, fetch } from "undici";
import { failed, type Result } from "@/lib/base/errors/failure";
import { readBounded } from "@/lib/base/http/read-bounded";
import { reason } from "@/lib/base/messages/because";
import { type NodeMetrics, parseMetrics } from "@/lib/rabbitmq/api/parse-metrics";

/** 10,000 connections are 2.4 MB of text; ten times that is another machine's whole exporter. Counted unpacked. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
/** 65 ms for 10,000 connections (measured); one that needs 5 s is no cheaper than the list. */
const ANSWER_WITHIN_MS = 5_000;
const CONNECT_WITHIN_MS = 2_000;
/** Not `/metrics/per-object`: that one is twice the size and carries every queue and channel too. */
const PATH = "/metrics/detailed?family=connection_coarse_metrics";

interface MetricsAnswer {
  readonly metrics: NodeMetrics;
  /** Unpacked. */
  readonly bytes: number;
  readonly durationMs: number;
}

/** The Prometheus ports of one broker's nodes. */
export interface MetricsApi {
  /** Octets of every connection by reader pid, one answer for each node. Never throws. */
  get(signal?: AbortSignal): Promise<readonly Result<MetricsAnswer>[]>;
  close(): Promise<void>;
}

/** `urls`: one for each node, `http://host:15692`; may carry credentials, which never appear in a failure. */
export function createMetricsApi(urls: readonly string[], withinMs: number = ANSWER_WITHIN_MS): MetricsApi {
  const agent = new Agent({ connections: 1, connect: { timeout: CONNECT_WITHIN_MS }, pipelining: 1 });
  return {
    get: (signal) => Promise.all(urls.map((url) => scrape(agent, new URL(url), withinMs, signal))),
    close: () => agent.destroy(),
  };
}

async function scrape(
  agent: Agent,
  url: URL,
  withinMs: number,
  signal: AbortSignal | undefined,
): Promise<Result<MetricsAnswer>> {
  const started = performance.now();
  const limit = AbortSignal.timeout(withinMs);
  const headers: Record<string, string> = { accept: "text/plain", "accept-encoding": "gzip" };
  if (url.username !== "") {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  try {
    const response = await fetch(`${url.origin}${url.pathname.replace(/(\/metrics)?\/?$/, "")}${PATH}`, {
      dispatcher: agent,
      headers,
      redirect: "manual",
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const body = await readBounded(response.body, ANSWER_BYTES_MAX);
    if (response.status !== 200) return refused(response.status);
    if (body === null) return tooLarge();
    const parsed = parseMetrics(body.toString("latin1"));
    if (!parsed.ok) return parsed;
    return { ok: true, value: { metrics: parsed.value, bytes: body.length, durationMs: performance.now() - started } };
  } catch (cause) {
    return unreachable(cause, withinMs);
  }
}

/** The address may carry credentials: its setting is named instead. */
const WHERE = "metricsUrl";

const tooLarge = () =>
  failed({ code: "too-large", retry: true, detail: reason("tooLarge", { where: WHERE, bytes: ANSWER_BYTES_MAX }) });

/** 404: no such exporter, or one older than the detailed families; 401: one behind `prometheus.authentication.enabled`. */
function refused(status: number) {
  const detail = reason("status", { status, where: WHERE });
  if (status === 401 || status === 403) return failed({ code: "unauthorized", retry: false, detail });
  return failed({ code: status === 404 ? "not-found" : "unavailable", retry: true, detail });
}

function unreachable(cause: unknown, withinMs: number) {
  const name = cause instanceof Error ? cause.name : "unknown";
  if (name === "TimeoutError" || name === "AbortError") {
    return failed({
      code: "timeout",
      retry: true,
      detail: reason("noAnswerWithin", { where: WHERE, seconds: withinMs / 1000 }),
    });
  }
  return failed({ code: "refused", retry: true, detail: reason("notReached", { where: WHERE }) });
}
