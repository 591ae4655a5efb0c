import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { isSession, SESSION_COOKIE } from "@/lib/access/auth/session";
import { runtime } from "@/lib/collector/runtime";

/** Redirects a visitor without a valid session to the sign-in page, which leads back to the current path. */
export async function requireSession(): Promise<void> {
  const cookie = (await cookies()).get(SESSION_COOKIE)?.value;
  if (isSession(runtime().gate, cookie, Date.now())) return;
  const path = (await headers()).get("x-lastbeat-path") ?? "/";
  redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}
