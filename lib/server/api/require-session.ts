import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { isSession, SESSION_COOKIE } from "@/lib/access/auth/session";
import { runtime } from "@/lib/collector/runtime";

/** The request that a page renders for. Tests pass one of their own. */
interface PageRequest {
  readonly cookies: () => Promise<{ readonly get: (name: string) => { readonly value: string } | undefined }>;
  readonly headers: () => Promise<{ readonly get: (name: string) => string | null }>;
  /** Ends the rendering: it never returns. */
  readonly redirect: (path: string) => never;
}

/** Redirects a visitor without a valid session to the sign-in page, which leads back to the current path. */
export async function requireSession(request: PageRequest = { cookies, headers, redirect }): Promise<void> {
  const cookie = (await request.cookies()).get(SESSION_COOKIE)?.value;
  if (isSession(runtime().accessSecrets, cookie, Date.now())) return;
  const path = (await request.headers()).get("x-lastbeat-path") ?? "/";
  request.redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}
