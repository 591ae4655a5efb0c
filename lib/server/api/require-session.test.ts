import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession, SESSION_COOKIE, SESSION_MS } from "@/lib/access/auth/session";
import { installRuntime, SECRETS } from "@/lib/server/api/api.testing";
import { requireSession } from "@/lib/server/api/require-session";

let installed: ReturnType<typeof installRuntime>;
beforeAll(() => {
  installed = installRuntime();
});
afterAll(() => installed.remove());

class Redirected extends Error {}

/** Where a visitor with this cookie is redirected to; null: the page is rendered. */
async function redirectOf(cookie: string | null, path: string | null): Promise<string | null> {
  const get = (name: string) => (cookie !== null && name === SESSION_COOKIE ? { value: cookie } : undefined);
  const run = requireSession({
    cookies: async () => ({ get }),
    headers: async () => ({ get: (name) => (name === "x-lastbeat-path" ? path : null) }),
    redirect: (target) => {
      throw new Redirected(target);
    },
  });
  return run.then(
    () => null,
    (cause: unknown) => (cause instanceof Redirected ? cause.message : Promise.reject(cause)),
  );
}

test("a page is rendered for a visitor with a session", async () => {
  expect(await redirectOf(openSession(SECRETS, Date.now()), "/rules")).toBeNull();
});

test.each([
  ["no cookie", null],
  ["an invalid cookie", "x"],
  ["an expired session", openSession(SECRETS, Date.now() - SESSION_MS)],
])("a visitor with %s is sent to the sign-in page, which leads back", async (_, cookie) => {
  expect(await redirectOf(cookie, "/rules?range=1h")).toBe("/sign-in?next=%2Frules%3Frange%3D1h");
  expect(await redirectOf(cookie, null)).toBe("/sign-in?next=%2F");
});
