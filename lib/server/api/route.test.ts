import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { makeEmbedToken } from "@/lib/access/embeds/token";
import { Refused } from "@/lib/base/errors/refused";
import { EMBEDS, installRuntime, requestTo } from "@/lib/server/api/api.testing";
import { route } from "@/lib/server/api/route";

let installed: ReturnType<typeof installRuntime>;
beforeEach(() => {
  installed = installRuntime();
});
afterEach(() => installed.remove());

const api = { authorization: "Bearer api-token" };
const context = (path?: Record<string, string | string[] | undefined>) => ({ params: Promise.resolve(path) });
const Anything = z.record(z.string(), z.unknown());
const echo = route({ access: "viewer", params: Anything, handle: ({ params }) => params });
const post = (body: string, headers: Record<string, string> = api) =>
  echo(requestTo("/api/v1/x?a=1", { method: "POST", headers, body }), context());

describe("a route responds", () => {
  test("with the result of its handler as JSON that no cache stores", async () => {
    const response = await echo(requestTo("/api/v1/x?a=1&b=2", { headers: api }), context({ b: "path", id: "7" }));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ a: "1", b: "path", id: "7" });
  });

  test("with the Response of its handler as it is", async () => {
    const response = new Response("text", { status: 201 });
    const handler = route({ access: "anyone", params: Anything, handle: () => response });
    expect(await handler(requestTo("/x"), context())).toBe(response);
  });

  test("with what the handler makes of time, language and caller", async () => {
    const handler = route({
      access: "panel",
      params: Anything,
      handle: ({ nowMs, locale, caller }) => ({ nowMs, locale, labels: caller.labels }),
    });
    const before = Date.now();
    const token = makeEmbedToken(EMBEDS.secret, {
      panel: "reconnects",
      origin: "https://admin.example.com",
      labels: { broker: "main" },
      expiresMs: before + 60_000,
    });
    const headers = { authorization: `Bearer ${token}`, "accept-language": "zh-CN" };
    const response = await handler(requestTo("/x", { headers }), context({ panel: "reconnects" }));
    const view = z.object({ nowMs: z.number(), locale: z.string(), labels: Anything }).parse(await response.json());
    expect(view).toMatchObject({ locale: "zh-CN", labels: { broker: "main" } });
    expect(view.nowMs).toBeGreaterThanOrEqual(before);
  });
});

describe("the body of a write", () => {
  test.each<[string, string, object]>([
    ["an object", '{"a":2,"c":[1]}', { a: 2, c: [1] }],
    ["nothing", "", { a: "1" }],
  ])("may be %s", async (_, body, params) => expect(await (await post(body)).json()).toEqual(params));

  test.each<[string, string, number]>([
    ["text that is not JSON", "{", 400],
    ["an array", "[]", 400],
    ["a number", "7", 400],
    ["null", "null", 400],
    ["64 KiB of JSON", JSON.stringify({ a: "x".repeat(64 * 1024 - 8) }), 200],
    ["a character more", JSON.stringify({ a: "x".repeat(64 * 1024 - 7) }), 413],
  ])("that is %s", async (_, body, status) => expect((await post(body)).status).toBe(status));

  test("is not read before the caller is authenticated", async () => {
    expect((await post("{", {})).status).toBe(401);
  });

  test("of a DELETE is ignored", async () => {
    const response = await echo(requestTo("/x", { method: "DELETE", headers: api, body: '{"a":1}' }), context());
    expect(await response.json()).toEqual({});
  });
});

describe("a failure", () => {
  const failing = (cause: unknown) =>
    route({ access: "anyone", params: Anything, handle: () => Promise.reject(cause) })(requestTo("/x?y=1"), context());

  test("of the parameters lists each with its path", async () => {
    const params = z.object({ rule: z.object({ match: z.array(z.string()) }), limit: z.coerce.number().max(5) });
    const handler = route({ access: "viewer", params, handle: () => null });
    const body = JSON.stringify({ rule: { match: ["a", 7] }, limit: 6 });
    const response = await handler(requestTo("/x", { method: "POST", headers: api, body }), context());
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      title: "Bad request",
      status: 400,
      errors: [{ path: "rule.match[1]" }, { path: "limit" }],
    });
  });

  test("of the parameters as a whole names the request", async () => {
    const params = z.record(z.string(), z.unknown()).refine(() => false, "nothing is right");
    const response = await route({ access: "anyone", params, handle: () => null })(requestTo("/x"), context());
    expect(await response.json()).toMatchObject({ detail: "request: nothing is right" });
  });

  test("that the handler expects is problem+json with its headers, and is not logged", async () => {
    const response = await failing(new Refused(429, "Too many", "later", { "retry-after": "60" }));
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(await response.json()).toMatchObject({ title: "Too many", detail: "later" });
    expect(installed.log).toEqual([]);
  });

  test("is recognised by its fields where its class is of another module instance", async () => {
    const twin = Object.assign(new Error("not here"), { status: 404, title: "Not found", headers: {}, errors: [] });
    expect((await failing(twin)).status).toBe(404);
  });

  test.each<[string, object]>([
    ["a status", { status: 404 }],
    ["a status and a title", { status: 404, title: "x" }],
    ["a title and headers", { title: "x", headers: {} }],
  ])("of an error that has only %s is unexpected", async (_, fields) => {
    expect((await failing(Object.assign(new Error("x"), fields))).status).toBe(500);
  });

  test("with 507 and the cause where the disk of the database is full", async () => {
    const full = await failing(Object.assign(new Error("could not extend file"), { code: "53100" }));
    expect([full.status, (await full.json()).detail]).toEqual([
      507,
      expect.stringContaining("the disk of the database is full"),
    ]);
  });

  test("that is unexpected is logged and keeps its detail from the caller", async () => {
    const response = await failing(new Error("password=hunter2"));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
    expect(installed.log).toEqual([
      { level: "error", text: "a request failed", fields: { path: "/x", detail: "password=hunter2" } },
    ]);
  });

  test("that is no Error is unexpected as well", async () => {
    expect((await failing({ status: 404, title: "x", headers: {} })).status).toBe(500);
  });

  test("before the start is 503 with a time to retry", async () => {
    installed.remove();
    const response = await echo(requestTo("/x"), context());
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("2");
  });
});
