import "server-only";
import { Agent, fetch } from "undici";
import { done, type Failure, failed, type Result } from "@/lib/base/errors/failure";
import { readBounded } from "@/lib/base/http/read-bounded";
import { reason } from "@/lib/base/messages/because";

/** What an HTTP endpoint of an application answered, whatever its status says. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly durationMs: number;
}

export interface Endpoints {
  /** Never throws. `url` may carry credentials, which are in no failure. */
  get(url: string): Promise<Result<HttpAnswer>>;
  close(): Promise<void>;
}

/** An exporter with 1,000 handlers and their histograms is 3 MB; counted unpacked. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
const CONNECT_WITHIN_MS = 3_000;

/** Asks an application's own endpoints, one connection each; an answer slower than `withinMs` is a timeout. */
export function createEndpoints(withinMs: number): Endpoints {
  const agent = new Agent({ connections: 1, connect: { timeout: CONNECT_WITHIN_MS }, pipelining: 1 });
  return { get: (url) => ask(agent, new URL(url), withinMs), close: () => agent.destroy() };
}

async function ask(agent: Agent, url: URL, withinMs: number): Promise<Result<HttpAnswer>> {
  const started = performance.now();
  const headers: Record<string, string> = { accept: "application/json, text/plain" };
  if (url.username !== "") {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  const where = `${url.host}${url.pathname}`;
  const asked = `${url.origin}${url.pathname}${url.search}`;
  const signal = AbortSignal.timeout(withinMs);
  try {
    const response = await fetch(asked, { dispatcher: agent, headers, redirect: "manual", signal });
    const body = await readBounded(response.body, ANSWER_BYTES_MAX);
    const durationMs = performance.now() - started;
    if (body === null) return no("too-large", reason("tooLarge", { where, bytes: ANSWER_BYTES_MAX }));
    if (response.status === 401 || response.status === 403)
      return no("unauthorized", reason("said", { where, status: response.status }));
    return done({ status: response.status, text: body.toString("utf8"), durationMs });
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : "unknown";
    if (name === "TimeoutError") return no("timeout", reason("noAnswerWithin", { where, seconds: withinMs / 1000 }));
    return no("refused", reason("notReached", { where }));
  }
}

const no = (code: Failure["code"], detail: string) => failed({ code, retry: code !== "unauthorized", detail });
