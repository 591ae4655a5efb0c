import "server-only";
import { bearerOf, isApiToken, isSession, SESSION_COOKIE } from "@/lib/access/auth/session";
import { checkEmbedToken } from "@/lib/access/embeds/token";
import { Refused } from "@/lib/base/errors/refused";
import type { Runtime } from "@/lib/collector/runtime";

/**
 * Who may ask: `anyone`; a `viewer`, known by the session cookie or the API token; or whoever frames one `panel`,
 * who may also come with that panel's embed token.
 */
export type RequiredAccess = "anyone" | "viewer" | "panel";

export interface Caller {
  /** Labels an embed is limited to; empty for everybody else. */
  readonly labels: Readonly<Record<string, string>>;
}

const EVERYTHING: Caller = { labels: {} };

/** Lets the request in or throws Refused. `panel` is the panel asked for, where the route has one. */
export function authenticate(
  who: RequiredAccess,
  request: Request,
  runtime: Runtime,
  panel: string | null,
  nowMs: number,
): Caller {
  if (who === "anyone") return EVERYTHING;
  const bearer = bearerOf(request.headers.get("authorization"));
  if (isApiToken(runtime.gate, bearer)) return EVERYTHING;
  if (bearer === null && isSession(runtime.gate, cookieOf(request), nowMs)) {
    if (!isSameOrigin(request))
      throw new Refused(403, "Forbidden", "a request from another origin cannot use the session");
    return EVERYTHING;
  }
  if (who === "panel" && panel !== null && bearer !== null) {
    const verdict = checkEmbedToken(bearer, { ...runtime.embeds, panel, nowMs });
    if (verdict.ok) return { labels: verdict.claims.labels };
    throw new Refused(403, "Forbidden", `embed token: ${verdict.because}`);
  }
  throw new Refused(401, "Unauthorized", "sign in, or send the API token as a bearer token", {
    "www-authenticate": "Bearer",
  });
}

function cookieOf(request: Request): string | undefined {
  const header = request.headers.get("cookie") ?? "";
  for (const pair of header.split(";")) {
    const [name = "", value = ""] = pair.trim().split("=");
    if (name === SESSION_COOKIE) return value;
  }
  return undefined;
}

/** Reading is safe; a change with a cookie must come from our own pages (SameSite=Lax, and this for older browsers). */
export function isSameOrigin(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return true;
  const origin = request.headers.get("origin");
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  return origin === null || new URL(origin).host === host;
}
