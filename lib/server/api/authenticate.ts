import "server-only";
import { type AccessSecrets, bearerOf, isApiToken, isSession, SESSION_COOKIE } from "@/lib/access/auth/session";
import { checkEmbedToken } from "@/lib/access/embeds/token";
import { Refused } from "@/lib/base/errors/refused";
import { originObjection } from "@/lib/server/api/same-origin";

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
    const objection = originObjection(request);
    if (objection !== null) throw new Refused(403, "Forbidden", objection);
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
