import "server-only";
import { Agent, fetch } from "undici";
import { done, type Failure, failed, type Result, withoutQuery } from "@/lib/base/errors/failure";
import { readBounded } from "@/lib/base/http/read-bounded";
import { reason } from "@/lib/base/messages/because";

/** 10,000 full connection records are 12 MB; beyond this something else answers. Counted after decompression. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Matches how long a hung cluster node may take before its peers give up on it, cut to what a tick can wait. */
const ANSWER_WITHIN_MS = 15_000;
const CONNECT_WITHIN_MS = 5_000;
/** One kept-alive connection for each endpoint polled at once. */
const CONNECTIONS_MAX = 6;

export interface ManagementAnswer {
  readonly json: unknown;
  readonly bytes: number;
  readonly durationMs: number;
  /** Our clock minus the answer's Date header, ms; the header counts whole seconds. null without one. */
  readonly aheadMs: number | null;
}

export interface ManagementApi {
  get(path: string, signal?: AbortSignal): Promise<Result<ManagementAnswer>>;
  close(): Promise<void>;
}

/**
 * A client for one broker's management API. `managementUrl` may carry credentials; they are sent as Basic
 * authentication and never appear in a failure. Never throws: every outcome is a value.
 */
export function createManagementApi(managementUrl: string, withinMs: number = ANSWER_WITHIN_MS): ManagementApi {
  const url = new URL(managementUrl);
  const headers: Record<string, string> = { accept: "application/json", "accept-encoding": "gzip" };
  if (url.username !== "") {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  const base = `${url.origin}${url.pathname.replace(/\/$/, "")}`;
  const agent = new Agent({ connections: CONNECTIONS_MAX, connect: { timeout: CONNECT_WITHIN_MS }, pipelining: 1 });

  async function get(path: string, signal?: AbortSignal): Promise<Result<ManagementAnswer>> {
    const started = performance.now();
    const limit = AbortSignal.timeout(withinMs);
    try {
      const response = await fetch(`${base}${path}`, {
        dispatcher: agent,
        headers,
        redirect: "manual",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const body = await readBounded(response.body, ANSWER_BYTES_MAX);
      if (body === null) {
        return failed({
          code: "too-large",
          retry: true,
          detail: reason("tooLarge", { where: path, bytes: ANSWER_BYTES_MAX }),
        });
      }
      if (response.status !== 200) return failed(refusal(path, response.status, body));
      const json: unknown = JSON.parse(body.toString("utf8"));
      const durationMs = performance.now() - started;
      return done({ json, bytes: body.length, durationMs, aheadMs: aheadOf(response.headers.get("date")) });
    } catch (cause) {
      return failed(explain(path, cause, withinMs));
    }
  }

  return { get, close: () => agent.destroy() };
}

function aheadOf(date: string | null): number | null {
  const atMs = date === null ? Number.NaN : Date.parse(date);
  return Number.isFinite(atMs) ? Date.now() - atMs : null;
}

/** RabbitMQ says 401 for everything it refuses, never 403 (measured on 3.10.8); a proxy in front may say 403. */
function refusal(path: string, status: number, body: Buffer): Failure {
  const said = reasonIn(body);
  const where = withoutQuery(path);
  const detail = said ? reason("statusSaid", { status, where, said }) : reason("status", { status, where });
  if (status === 401 || status === 403) return { code: "unauthorized", retry: false, detail };
  if (status === 404) return { code: "not-found", retry: true, detail };
  return { code: "unavailable", retry: true, detail };
}

const REASON_MAX = 200;

function reasonIn(body: Buffer): string | null {
  try {
    const json: unknown = JSON.parse(body.toString("utf8"));
    if (typeof json === "object" && json !== null && "reason" in json) return String(json.reason).slice(0, REASON_MAX);
  } catch {
    // Not JSON: the status says enough.
  }
  return null;
}

function explain(path: string, cause: unknown, withinMs: number): Failure {
  const where = withoutQuery(path);
  if (cause instanceof SyntaxError) {
    return { code: "bad-answer", retry: true, detail: reason("notJson", { where }) };
  }
  const code = codeOf(cause);
  if (code === "TimeoutError" || code === "UND_ERR_CONNECT_TIMEOUT" || code === "AbortError") {
    return { code: "timeout", retry: true, detail: reason("noAnswerWithin", { where, seconds: withinMs / 1000 }) };
  }
  return { code: "refused", retry: true, detail: reason("apiNotReached", { code }) };
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  if (cause.name === "TimeoutError" || cause.name === "AbortError") return cause.name;
  const inner: unknown = cause.cause ?? cause;
  if (typeof inner === "object" && inner !== null && "code" in inner) return String(inner.code);
  return inner instanceof Error ? inner.name : cause.name;
}
