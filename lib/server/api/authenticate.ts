import "server-only";
import { type AccessSecrets, bearerOf, isApiToken, isSession, SESSION_COOKIE } from "@/lib/access/auth/session";
import { checkEmbedToken } from "@/lib/access/embeds/token";
import { Refused } from "@/lib/base/errors/refused";

/**
 * What a route requires of its caller. `anyone`: nothing. `viewer`: a session cookie or the API token. `panel`: the
 * same, or an embed token for the panel of the path.
 */
export type RequiredAccess = "anyone" | "viewer" | "panel";

export interface Caller {
  /** The labels that an embed token limits its caller to; empty for every other caller. */
  readonly labels: Readonly<Record<string, string>>;
}

const UNLIMITED: Caller = { labels: {} };

/** The part of the runtime that access is checked against. */
interface AccessSettings {
  readonly accessSecrets: AccessSecrets;
  readonly embeds: { readonly secret: string; readonly origins: readonly string[] };
}

/** Identifies the caller, or throws Refused. `panel` is the panel in the path; null where the path has none. */
export function authenticate(
  access: RequiredAccess,
  request: Request,
  { accessSecrets, embeds }: AccessSettings,
  panel: string | null,
  nowMs: number,
): Caller {
  if (access === "anyone") return UNLIMITED;
  const bearer = bearerOf(request.headers.get("authorization"));
  if (isApiToken(accessSecrets, bearer)) return UNLIMITED;
  if (bearer === null && isSession(accessSecrets, cookieOf(request), nowMs)) {
    if (!isSameOrigin(request))
      throw new Refused(403, "Forbidden", "a request from another origin cannot use the session");
    return UNLIMITED;
  }
  if (access === "panel" && panel !== null && bearer !== null) {
    const check = checkEmbedToken(bearer, { ...embeds, panel, nowMs });
    if (check.ok) return { labels: check.claims.labels };
    throw new Refused(403, "Forbidden", `embed token: ${check.because}`);
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

/**
 * Guards against cross-site request forgery. Reading is safe; a write that a cookie authenticates must come from our
 * own pages. `SameSite=Lax` already ensures this; the check serves browsers that do not implement it.
 */
export function isSameOrigin(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD") return true;
  const origin = request.headers.get("origin");
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  // Browsers send `Origin: null` for opaque origins such as sandboxed frames: no URL, and not ours.
  return origin === null || URL.parse(origin)?.host === host;
}
