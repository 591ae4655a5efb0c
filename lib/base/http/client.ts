import "server-only";
import { pipeline, type Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import { Agent, request as send } from "undici";
import { basicAuthorization, withoutCredentials } from "@/lib/base/http/authorization";
import { readBounded } from "@/lib/base/http/read-bounded";
import { systemCode } from "@/lib/base/http/system-code";
import { type TlsFiles, tlsOptions } from "@/lib/base/tls/trust";

export interface HttpLimits {
  /** Connections to one origin. Each serves one request at a time. */
  readonly connectionsMax: number;
  readonly connectWithinMs: number;
  /** From the request to the last byte of the body; null where each request's own signal is the limit. */
  readonly withinMs: number | null;
  /** Of the body, after decompression. */
  readonly bytesMax: number;
  /** Private authorities, and a certificate of our own. */
  readonly tls?: TlsFiles;
}

export interface HttpRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Less than the limit of the client. */
  readonly bytesMax?: number;
  /** Aborts the request from outside. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** null for a header that is absent. */
  readonly header: (name: string) => string | null;
  readonly body: Buffer;
}

/** Why there is no complete response. `code` is the system's or undici's, and never contains a secret. */
export interface HttpFault {
  readonly is: "timeout" | "too-large" | "unreachable";
  readonly code: string;
  readonly cause: unknown;
}

export type HttpOutcome =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly fault: HttpFault };

export interface HttpClient {
  /** Never throws. The URL's credentials are sent as Basic authentication; an `authorization` header replaces them. */
  request(url: URL, request?: HttpRequest): Promise<HttpOutcome>;
  close(): Promise<void>;
}

/**
 * The HTTP client for everything Lastbeat reads. Time and bytes are limited while the body arrives, gzip is
 * decompressed, and redirects are not followed: a server must not lead our credentials to another. `fetch` is not used:
 * it refuses ports such as 6000 and 10080.
 */
export function createHttpClient(limits: HttpLimits): HttpClient {
  const agent = new Agent({
    connections: limits.connectionsMax,
    connect: { timeout: limits.connectWithinMs, ...tlsOptions(limits.tls ?? {}) },
    pipelining: 1,
  });

  async function request(
    url: URL,
    { method = "GET", headers, body, bytesMax = limits.bytesMax, signal }: HttpRequest = {},
  ): Promise<HttpOutcome> {
    try {
      const basic = basicAuthorization(url);
      const response = await send(withoutCredentials(url), {
        method,
        headers: { "accept-encoding": "gzip", ...(basic === null ? {} : { authorization: basic }), ...headers },
        body: body ?? null,
        dispatcher: agent,
        signal: signalWithin(limits.withinMs, signal),
      });
      const header = (name: string) => firstOf(response.headers[name]);
      const bytes = await readBounded(decompressed(response.body, header("content-encoding")), bytesMax);
      if (bytes === null) return fault("too-large", "too-large", null);
      return { ok: true, response: { status: response.statusCode, header, body: bytes } };
    } catch (cause) {
      const timedOut = cause instanceof Error && ["TimeoutError", "AbortError"].includes(cause.name);
      return fault(timedOut ? "timeout" : "unreachable", systemCode(cause), cause);
    }
  }

  return { request, close: () => agent.destroy() };
}

const firstOf = (header: string | string[] | undefined): string | null =>
  (Array.isArray(header) ? header[0] : header) ?? null;

function decompressed(body: Readable, encoding: string | null): Readable {
  // An error of either stream ends the other, and a reader that stops early ends both. What was cut off is read as far as it
  // goes, as browsers do: whoever parses it reports that it ends too early.
  return encoding === "gzip" || encoding === "x-gzip"
    ? pipeline(body, createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), () => {})
    : body;
}

function signalWithin(withinMs: number | null, signal: AbortSignal | undefined): AbortSignal | null {
  if (withinMs === null) return signal ?? null;
  const limit = AbortSignal.timeout(withinMs);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}

const fault = (is: HttpFault["is"], code: string, cause: unknown): HttpOutcome => ({
  ok: false,
  fault: { is, code, cause },
});

/** The URL of `path` (with its query) below the path of `base`, with the credentials of `base`. */
export function appendPath(base: URL, path: string): URL {
  const url = new URL(base);
  const queryAt = path.indexOf("?");
  url.pathname = `${base.pathname.replace(/\/$/, "")}${queryAt < 0 ? path : path.slice(0, queryAt)}`;
  url.search = queryAt < 0 ? "" : path.slice(queryAt);
  url.hash = "";
  return url;
}
