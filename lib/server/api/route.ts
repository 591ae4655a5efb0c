import "server-only";
import { z } from "zod";
import { Refused } from "@/lib/base/errors/refused";
import { type Locale, spokenLocale } from "@/lib/base/messages/locale";
import { type Runtime, runtime } from "@/lib/collector/runtime";
import { problemResponse } from "@/lib/server/api/problem";
import { authenticate, type Caller, type RequiredAccess } from "@/lib/server/api/who";

export interface RequestContext<P> {
  readonly runtime: Runtime;
  readonly params: P;
  readonly asker: Caller;
  readonly nowMs: number;
  /** The language of sentences in the answer: what `Accept-Language` asks for first of those spoken here, else English. */
  readonly locale: Locale;
  readonly request: Request;
}

interface Route<P> {
  readonly who: RequiredAccess;
  readonly params: z.ZodType<P>;
  readonly read: (asked: RequestContext<P>) => Promise<unknown> | unknown;
}

/** Routes without a dynamic part are given no params at all. */
type Context = { readonly params: Promise<Record<string, string | string[] | undefined> | undefined> };

/** A body larger than this is no request of ours. */
const BODY_BYTES_MAX = 64 * 1024;

/**
 * A route: lets the asker in, parses path, query and JSON body into one object of params, answers with JSON. A
 * reader may return a Response of its own. Every failure is problem+json; a surprise is logged and says nothing.
 */
export const route =
  <P>(route: Route<P>) =>
  async (request: Request, context: Context): Promise<Response> => {
    try {
      const path = (await context.params) ?? {};
      const live = runtime();
      const nowMs = Date.now();
      const panel = typeof path.panel === "string" ? path.panel : null;
      const asker = authenticate(route.who, request, live, panel, nowMs);
      const params = parse(route.params, { ...queryOf(request), ...(await bodyOf(request)), ...path });
      const locale = spokenLocale(request.headers.get("accept-language"));
      const view = await route.read({ runtime: live, params, asker, nowMs, locale, request });
      return view instanceof Response ? view : Response.json(view, { headers: { "cache-control": "no-store" } });
    } catch (cause) {
      return refusal(cause, request);
    }
  };

function refusal(cause: unknown, request: Request): Response {
  if (isRefused(cause)) return problemResponse(cause.status, cause.title, cause.message, cause.headers, cause.errors);
  const detail = cause instanceof Error ? cause.message : String(cause);
  try {
    runtime().log("error", "a request failed", { path: new URL(request.url).pathname, detail });
  } catch {
    // The runtime is not there yet: that is what the answer says.
    return problemResponse(503, "Starting", "Lastbeat is still starting", { "retry-after": "2" });
  }
  return problemResponse(500, "Failed", "Lastbeat could not answer; its log says why");
}

/** Route bundles have module instances of their own, so a class is told by what it carries. */
const isRefused = (cause: unknown): cause is Refused =>
  cause instanceof Error && "status" in cause && "title" in cause && "headers" in cause;

const queryOf = (request: Request): Record<string, string> => Object.fromEntries(new URL(request.url).searchParams);

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  if (request.method === "GET" || request.method === "HEAD" || request.method === "DELETE") return {};
  const text = await request.text();
  if (text === "") return {};
  if (text.length > BODY_BYTES_MAX) throw new Refused(413, "Too large", `a body of at most ${BODY_BYTES_MAX} bytes`);
  try {
    const json: unknown = JSON.parse(text);
    const object = z.record(z.string(), z.unknown()).safeParse(json);
    if (object.success) return object.data;
  } catch {
    // Said below: not JSON and not an object are one fault to the caller.
  }
  throw new Refused(400, "Bad request", "the body must be a JSON object");
}

function parse<P>(schema: z.ZodType<P>, given: unknown): P {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: pathText(path), message }));
  const faults = errors.map(({ path, message }) => `${path || "request"}: ${message}`);
  throw new Refused(400, "Bad request", faults.join("; "), {}, errors);
}

/** `rule.match[1]`, as the faults of a configuration are told. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
