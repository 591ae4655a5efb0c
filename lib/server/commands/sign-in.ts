import "server-only";
import { isPassword } from "@/lib/access/auth/password";
import { openSession, SESSION_COOKIE, SESSION_MS } from "@/lib/access/auth/session";
import { isSignInAllowed, recordFailedSignIn } from "@/lib/access/auth/throttle";
import { Refused } from "@/lib/base/errors/refused";
import { COOKIE_PATH } from "@/lib/base/http/base-path";
import { firstForwarded } from "@/lib/base/http/forwarded";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";

interface SignInContext extends Pick<Runtime, "accessSecrets" | "log" | "password" | "wrongPasswordsMs"> {}

/** Exchanges the password for a session cookie. After too many wrong passwords, from any sender, sign-in is refused for a minute. */
export async function signIn(
  live: SignInContext,
  password: string,
  request: Request,
  nowMs: number,
): Promise<Response> {
  if (!isSignInAllowed(live.wrongPasswordsMs, nowMs)) {
    throw new Refused(429, "Too many attempts", "too many wrong passwords; try again in a minute", {
      "retry-after": "60",
    });
  }
  if (!(await isPassword(password, live.password))) {
    live.wrongPasswordsMs = recordFailedSignIn(live.wrongPasswordsMs, nowMs);
    live.log("warn", "a sign-in failed");
    throw new Refused(401, "Unauthorized", "that is not the password");
  }
  return withCookie(request, openSession(live.accessSecrets, nowMs), SESSION_MS / SECOND);
}

export const signOut = (request: Request): Response => withCookie(request, "", 0);

function withCookie(request: Request, value: string, maxAgeSeconds: number): Response {
  const forwarded = firstForwarded(request.headers.get("x-forwarded-proto"))?.toLowerCase();
  const secure = forwarded === "https" || new URL(request.url).protocol === "https:" ? "; Secure" : "";
  const cookie = `${SESSION_COOKIE}=${value}; Path=${COOKIE_PATH}; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
  return new Response(null, { status: 204, headers: { "set-cookie": cookie, "cache-control": "no-store" } });
}
