import "server-only";
import { z } from "zod";
import { DISK_FULL, isDiskFull } from "@/lib/base/errors/disk-full";
import { fieldPath } from "@/lib/base/errors/field-path";
import { messageOf } from "@/lib/base/errors/message";
import { Refused } from "@/lib/base/errors/refused";
import { type Locale, spokenLocale } from "@/lib/base/messages/locale";
import { type Runtime, runtime } from "@/lib/collector/runtime";
import { authenticate, type Caller, type RequiredAccess } from "@/lib/server/api/authenticate";
import { problemResponse } from "@/lib/server/api/problem";

export interface RequestContext<P> {
  readonly runtime: Runtime;
  readonly params: P;
  readonly caller: Caller;
  readonly nowMs: number;
  /** The language of sentences in the response: the first supported one in `Accept-Language`, else English. */
  readonly locale: Locale;
  readonly request: Request;
}

interface Route<P> {
  readonly access: RequiredAccess;
  readonly params: z.ZodType<P>;
  /** Default: `BODY_BYTES_MAX`. */
  readonly bodyBytesMax?: number;
  readonly handle: (context: RequestContext<P>) => Promise<unknown> | unknown;
}

/** Next passes no params to routes without a dynamic part. */
type NextContext = { readonly params: Promise<Record<string, string | string[] | undefined> | undefined> };

/** Only a whole configuration file is larger. */
const BODY_BYTES_MAX = 64 * 1024;

/**
 * Makes a Next route handler: authenticates the caller, parses path, query and JSON body into one params object, and
 * responds with the result of `handle` as JSON. `handle` may also return a Response. Every failure becomes
 * problem+json; an unexpected one is logged and its detail stays in the log.
 */
export const route =
  <P>(definition: Route<P>) =>
  async (request: Request, context: NextContext): Promise<Response> => {
    try {
      const path = (await context.params) ?? {};
      const live = runtime();
      const nowMs = Date.now();
      const panel = typeof path.panel === "string" ? path.panel : null;
      const caller = authenticate(definition.access, request, live, panel, nowMs);
      const params = parse(definition.params, {
        ...queryOf(request),
        ...(await bodyOf(request, definition.bodyBytesMax ?? BODY_BYTES_MAX)),
        ...path,
      });
      const locale = spokenLocale(request.headers.get("accept-language"));
      const result = await definition.handle({ runtime: live, params, caller, nowMs, locale, request });
      return result instanceof Response ? result : Response.json(result, { headers: { "cache-control": "no-store" } });
    } catch (cause) {
      return errorResponse(cause, request);
    }
  };

function errorResponse(cause: unknown, request: Request): Response {
  if (isRefused(cause)) return problemResponse(cause.status, cause.title, cause.message, cause.headers, cause.errors);
  const detail = messageOf(cause);
  try {
    runtime().log("error", "a request failed", { path: new URL(request.url).pathname, detail });
  } catch {
    return problemResponse(503, "Starting", "Lastbeat is still starting", { "retry-after": "2" });
  }
  if (isDiskFull(cause)) return problemResponse(507, "No room", DISK_FULL);
  return problemResponse(500, "Failed", "Lastbeat could not answer; its log says why");
}

/** Checks the fields and not the class: each route bundle has module instances, and so classes, of its own. */
const isRefused = (cause: unknown): cause is Refused =>
  cause instanceof Error && "status" in cause && "title" in cause && "headers" in cause;

const queryOf = (request: Request): Record<string, string> => Object.fromEntries(new URL(request.url).searchParams);

async function bodyOf(request: Request, bytesMax: number): Promise<Record<string, unknown>> {
  if (request.method === "GET" || request.method === "HEAD" || request.method === "DELETE") return {};
  const text = await request.text();
  if (text === "") return {};
  if (text.length > bytesMax) throw new Refused(413, "Too large", `a body of at most ${bytesMax} bytes`);
  try {
    const json: unknown = JSON.parse(text);
    const object = z.record(z.string(), z.unknown()).safeParse(json);
    if (object.success) return object.data;
  } catch {
    // Invalid JSON and JSON that is not an object get the same response, below.
  }
  throw new Refused(400, "Bad request", "the body must be a JSON object");
}

function parse<P>(schema: z.ZodType<P>, input: unknown): P {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: fieldPath(path), message }));
  const faults = errors.map(({ path, message }) => `${path || "request"}: ${message}`);
  throw new Refused(400, "Bad request", faults.join("; "), {}, errors);
}
