import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { isSession, SESSION_COOKIE } from "@/lib/access/auth/session";
import { runtime } from "@/lib/collector/runtime";

/** Lets a page render for whoever is signed in; sends everybody else to the sign-in, and back afterwards. */
export async function requireSession(): Promise<void> {
  const cookie = (await cookies()).get(SESSION_COOKIE)?.value;
  if (isSession(runtime().gate, cookie, Date.now())) return;
  const path = (await headers()).get("x-lastbeat-path") ?? "/";
  redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}
