import "server-only";
import { z } from "zod";
import { done, type Failure, failed, type Result, withoutQuery } from "@/lib/base/errors/failure";
import { bearerAuthorization, withoutCredentials } from "@/lib/base/http/authorization";
import { appendPath, createHttpClient, type HttpRequest, type HttpResponse } from "@/lib/base/http/client";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { TlsFiles } from "@/lib/base/tls/trust";
import { unreachable } from "@/lib/sources/jobs/refusal";
import type { ApiAnswer, Get } from "@/lib/sources/reading/peertube-api";

/** How to sign in to PeerTube: as a user, whose token is renewed automatically, or with a fixed token. */
export interface PeertubeAccess extends TlsFiles {
  /** The address that browsers use; it may have a path before `/api`. */
  readonly apiUrl: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

export interface PeertubeClient {
  /** The `Get` of one poll; `signal` aborts its requests. */
  readonly within: (signal: AbortSignal) => Get;
  close(): Promise<void>;
}

// A page of 100 jobs with their payloads has about 300 kB; a longer answer is not PeerTube's.
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const CONNECT_WITHIN_MS = 5 * SECOND;
// PeerTube allows 15 sign-ins in 5 min from one address: wrong credentials must not lock out other users behind it.
const SIGN_IN_PAUSE_MS = 5 * MINUTE;

const OAuthClient = z.object({ client_id: z.string(), client_secret: z.string() });
const Tokens = z.object({ access_token: z.string(), refresh_token: z.string() });
const ProblemCode = z.object({ code: z.string() });

interface Session {
  readonly access: string;
  /** null for a fixed token, which cannot be renewed. */
  readonly refresh: string | null;
}

/**
 * A client of one PeerTube's REST API. A rejected token is renewed once for each request: by its refresh token, otherwise by
 * signing in again (OAuth password grant with the instance's own client). It throws nothing, and failures contain no secret.
 */
export function createPeertubeClient(access: PeertubeAccess, now: () => number = Date.now): PeertubeClient {
  const url = new URL(access.apiUrl);
  const base = withoutCredentials(url);
  const client = createHttpClient({
    connectionsMax: 1,
    connectWithinMs: CONNECT_WITHIN_MS,
    withinMs: null,
    bytesMax: ANSWER_BYTES_MAX,
    tls: { caFile: access.caFile, certFile: access.certFile, keyFile: access.keyFile },
  });
  let session: Session | null = access.token === undefined ? null : { access: access.token, refresh: null };
  let refused: { readonly failure: Failure; readonly untilMs: number } | null = null;

  async function send(path: string, request: HttpRequest): Promise<Result<Answer>> {
    const result = await client.request(appendPath(base, path), request);
    if (result.ok) return done({ response: result.response, text: result.response.body.toString("utf8") });
    const { is, cause } = result.fault;
    return failed(is === "too-large" ? tooLarge(path) : unreachable(cause, url.host));
  }

  async function grant(form: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Result<Session>> {
    const local = await send("/api/v1/oauth-clients/local", { signal });
    if (!local.ok) return local;
    if (local.value.response.status === 403) return failed(wrongHostName(url.host));
    const oauthClient = parsed(OAuthClient, local.value, url.host);
    if (!oauthClient.ok) return oauthClient;
    const body = new URLSearchParams({ ...oauthClient.value, response_type: "code", ...form }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await send("/api/v1/users/token", { method: "POST", headers, body, signal });
    if (!answer.ok) return answer;
    const refusal = refusedGrant(answer.value, url.host, access.username ?? "");
    if (refusal !== null) return failed(refusal);
    const tokens = parsed(Tokens, answer.value, url.host);
    return tokens.ok ? done({ access: tokens.value.access_token, refresh: tokens.value.refresh_token }) : tokens;
  }

  async function signIn(signal: AbortSignal): Promise<Result<Session>> {
    if (refused !== null && now() < refused.untilMs) return failed(refused.failure);
    const { username = "", password = "" } = access;
    const granted = await grant({ grant_type: "password", username, password }, signal);
    if (granted.ok) {
      session = granted.value;
      refused = null;
    } else if (granted.failure.code === "unauthorized") {
      refused = { failure: granted.failure, untilMs: now() + SIGN_IN_PAUSE_MS };
    }
    return granted;
  }

  async function renew(stale: Session, signal: AbortSignal): Promise<Result<Session>> {
    session = null;
    if (stale.refresh !== null) {
      const granted = await grant({ grant_type: "refresh_token", refresh_token: stale.refresh }, signal);
      if (granted.ok) session = granted.value;
      if (granted.ok || granted.failure.code !== "unauthorized") return granted;
    }
    return signIn(signal);
  }

  async function get(path: string, signal: AbortSignal): Promise<Result<ApiAnswer>> {
    const sendAs = ({ access: token }: Session) =>
      send(path, { headers: { authorization: bearerAuthorization(token) }, signal });
    const current = session === null ? await signIn(signal) : done(session);
    if (!current.ok) return current;
    let answer = await sendAs(current.value);
    if (answer.ok && answer.value.response.status === 401) {
      if (access.token !== undefined) return failed(tokenRefused(url.host));
      const renewed = await renew(current.value, signal);
      if (!renewed.ok) return renewed;
      answer = await sendAs(renewed.value);
    }
    if (!answer.ok) return answer;
    const json = parsed(z.unknown(), answer.value, url.host);
    return json.ok ? done({ json: json.value, sourceNowMs: dateOf(answer.value.response) }) : json;
  }

  return { within: (signal) => (path) => get(path, signal), close: client.close };
}

interface Answer {
  readonly response: HttpResponse;
  readonly text: string;
}

function dateOf(response: HttpResponse): number | null {
  const atMs = Date.parse(response.header("date") ?? "");
  return Number.isFinite(atMs) ? atMs : null;
}

/** The body as JSON of the given shape, or the failure. */
function parsed<T>(shape: z.ZodType<T>, { response, text }: Answer, host: string): Result<T> {
  const refusal = refusedAnswer(response.status, host);
  if (refusal !== null) return failed(refusal);
  const result = shape.safeParse(jsonOf(text));
  if (result.success && jsonOf(text) !== undefined) return done(result.data);
  return failed({ code: "bad-answer", retry: true, reason: reason("notPeertube", { host }) });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unauthorized = (why: Reason): Failure => ({ code: "unauthorized", retry: false, reason: why });

const tokenRefused = (host: string): Failure => unauthorized(reason("tokenExpired", { host }));

/** PeerTube returns its OAuth client only to requests whose Host header is its own public name. */
const wrongHostName = (host: string): Failure => unauthorized(reason("apiHostNotPublic", { host }));

const tooLarge = (path: string): Failure => ({
  code: "too-large",
  retry: true,
  reason: reason("answerTooLarge", { where: withoutQuery(path), bytes: ANSWER_BYTES_MAX }),
});

/** Why no token was granted; null if one was, or if the status alone says why. */
function refusedGrant({ response, text }: Answer, host: string, username: string): Failure | null {
  if (response.header("x-peertube-otp") !== null) {
    return unauthorized(reason("secondFactorRequired", { user: username, host }));
  }
  const code = ProblemCode.safeParse(jsonOf(text)).data?.code;
  if (![400, 401].includes(response.status)) return null;
  if (code === "invalid_client") return unauthorized(reason("oauthClientUnknown", { host }));
  return unauthorized(reason("loginRefused", { address: host, user: username }));
}

function refusedAnswer(status: number, host: string): Failure | null {
  if (status === 200) return null;
  if (status === 401) return unauthorized(reason("newTokenRefused", { host }));
  if (status === 403) return unauthorized(reason("administratorRequired", { host }));
  if (status === 404) {
    return {
      code: "incompatible",
      retry: false,
      reason: reason("runnerApiMissing", { host }),
    };
  }
  if (status >= 300 && status < 400) {
    const why = reason("apiRedirected", { host, status });
    return { code: "incompatible", retry: false, reason: why };
  }
  const why = status === 429 ? reason("rateLimited", { host }) : reason("peertubeStatus", { host, status });
  return { code: "unavailable", retry: true, reason: why };
}
