import "server-only";
import { done, type Failure, failed, type Result, withoutQuery } from "@/lib/base/errors/failure";
import { bearerAuthorization } from "@/lib/base/http/authorization";
import { parseBoundedJson } from "@/lib/base/http/bounded-json";
import { appendPath, createHttpClient, type HttpFault } from "@/lib/base/http/client";
import { faultFailure } from "@/lib/base/http/fault-failure";
import { type BearerToken, currentToken } from "@/lib/base/http/token-file";
import { reason } from "@/lib/base/messages/reason";
import type { TlsFiles } from "@/lib/base/tls/trust";

/** 10,000 full connection records are 12 MB. A longer answer is not RabbitMQ's. */
const LIST_BYTES_MAX = 24 * 1024 * 1024;
/** The overview, 20 nodes, feature flags and policies: each some 100 kB at most. */
const OTHER_BYTES_MAX = 4 * 1024 * 1024;
/** What grows with what clients make. */
const LISTS = /^\/api\/(?:connections|channels|consumers|queues|exchanges|bindings)(?![^/?])/;
/** 10,000 full records have 600,000. */
const VALUES_MAX = 2_000_000;
/** Long enough for a cluster whose node hangs, short enough for a tick to wait. */
const ANSWER_WITHIN_MS = 15_000;
const CONNECT_WITHIN_MS = 5_000;
/** One connection for each endpoint that is polled at the same time. */
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

/** Of the management API, and of the metrics of the nodes. */
export interface ApiOptions extends TlsFiles {
  readonly withinMs?: number;
  readonly token?: BearerToken | undefined;
}

/**
 * A client for one broker's management API. `managementUrl` may carry credentials; they are sent as Basic
 * authentication and never appear in a failure. A `token` is sent as a bearer token instead. Never throws: every outcome is a value.
 */
export function createManagementApi(
  managementUrl: string,
  { withinMs = ANSWER_WITHIN_MS, token, ...files }: ApiOptions = {},
): ManagementApi {
  const base = new URL(managementUrl);
  const client = createHttpClient({
    connectionsMax: CONNECTIONS_MAX,
    connectWithinMs: CONNECT_WITHIN_MS,
    withinMs,
    bytesMax: LIST_BYTES_MAX,
    tls: files,
  });

  async function get(path: string, signal?: AbortSignal): Promise<Result<ManagementAnswer>> {
    const started = performance.now();
    const bearer = currentToken(token);
    const authorization = bearer === null ? {} : { authorization: bearerAuthorization(bearer) };
    const headers = { accept: "application/json", ...authorization };
    const bytesMax = LISTS.test(path) ? LIST_BYTES_MAX : OTHER_BYTES_MAX;
    const outcome = await client.request(appendPath(base, path), { headers, signal, bytesMax });
    if (!outcome.ok) return failed(failureOf(path, outcome.fault, { withinMs, bytesMax }));
    const { status, body, header } = outcome.response;
    // A health check that fails answers 503 with what it found.
    const isFinding = status === 503 && path.startsWith("/api/health/checks/");
    if (status !== 200 && !isFinding) return failed(statusFailure(path, status, body));
    const json = parseBoundedJson(body, VALUES_MAX);
    if (json === undefined) {
      const why = reason("answerNotJson", { where: withoutQuery(path) });
      return failed({ code: "bad-answer", retry: true, reason: why });
    }
    const durationMs = performance.now() - started;
    return done({ json, bytes: body.length, durationMs, aheadMs: clockAheadMs(header("date")) });
  }

  return { get, close: client.close };
}

function clockAheadMs(date: string | null): number | null {
  const atMs = date === null ? Number.NaN : Date.parse(date);
  return Number.isFinite(atMs) ? Date.now() - atMs : null;
}

/** RabbitMQ answers 401 for everything it refuses, never 403 (measured on 3.10.8); a proxy in front may answer 403. */
function statusFailure(path: string, status: number, body: Buffer): Failure {
  const answered = reasonIn(body);
  const where = withoutQuery(path);
  const why = answered
    ? reason("httpStatusWithText", { status, where, text: answered })
    : reason("httpStatus", { status, where });
  if (status === 401 || status === 403) return { code: "unauthorized", retry: false, reason: why };
  if (status === 404) return { code: "not-found", retry: true, reason: why };
  return { code: "unavailable", retry: true, reason: why };
}

const REASON_MAX = 200;

function reasonIn(body: Buffer): string | null {
  const json = parseBoundedJson(body, VALUES_MAX);
  if (typeof json === "object" && json !== null && "reason" in json) return String(json.reason).slice(0, REASON_MAX);
  return null;
}

function failureOf(
  path: string,
  fault: HttpFault,
  { withinMs, bytesMax }: { readonly withinMs: number; readonly bytesMax: number },
): Failure {
  // A connection that is not accepted in time is a slow broker, not a missing one.
  const timedOut = fault.is === "timeout" || fault.code === "UND_ERR_CONNECT_TIMEOUT";
  return faultFailure(timedOut ? { ...fault, is: "timeout" } : fault, {
    where: withoutQuery(path),
    withinMs,
    bytesMax,
    unreachable: (why) =>
      why === null
        ? reason("managementApiNotReachable", { code: fault.code })
        : reason("managementApiNotReachableBecause", { reason: why }),
  });
}
