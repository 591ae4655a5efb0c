import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { RequestFailed, requestJson } from "@/lib/views/request";

const calls: { readonly path: string; readonly init: RequestInit }[] = [];
let respond: () => Promise<Response> = async () => Response.json({ a: 1 });

beforeEach(() => {
  calls.length = 0;
  vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    calls.push({ path, init });
    return respond();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const View = z.object({ a: z.number() });
const failure = (result: Promise<unknown>) => result.catch((cause: unknown) => cause);

test("a view is fetched in the language of the page, and parsed", async () => {
  respond = async () => Response.json({ a: 1, more: "ignored" });
  expect(await requestJson(View, "/api/v1/x")).toEqual({ a: 1 });
  expect(calls).toMatchObject([
    { path: "/api/v1/x", init: { method: "GET", body: null, headers: { "accept-language": "zh-CN" } } },
  ]);
  expect(calls[0]?.init.headers).not.toHaveProperty("authorization");
  expect(calls[0]?.init.headers).not.toHaveProperty("content-type");
});

test("a write sends its body as JSON, and an embed its token", async () => {
  respond = async () => new Response(null, { status: 204 });
  await requestJson(z.null(), "/api/v1/x", { method: "PUT", body: { b: 2 }, token: "t" });
  expect(calls).toMatchObject([
    {
      init: {
        method: "PUT",
        body: '{"b":2}',
        headers: { authorization: "Bearer t", "content-type": "application/json" },
      },
    },
  ]);
});

test("a refusal has its status, its detail and the errors of its fields", async () => {
  const errors = [{ path: "match[0]", message: "no matcher" }];
  respond = async () => Response.json({ title: "Not a rule", detail: "match[0]: no matcher", errors }, { status: 422 });
  expect(await failure(requestJson(View, "/x"))).toMatchObject({
    status: 422,
    message: "match[0]: no matcher",
    faults: errors,
  });
});

test.each<[string, Response, string]>([
  ["HTML with a status text", new Response("<html>", { status: 502, statusText: "Bad Gateway" }), "Bad Gateway"],
  ["nothing but a status", new Response(null, { status: 502 }), "status 502"],
  ["JSON of another shape", Response.json({ error: "x" }, { status: 502 }), "status 502"],
])("a proxy that answers with %s is a failure with its status", async (_, response, message) => {
  respond = async () => response;
  expect(await failure(requestJson(View, "/x"))).toMatchObject({ status: 502, message, faults: [] });
});

test("no response at all has the status 0", async () => {
  respond = () => Promise.reject(new TypeError("fetch failed"));
  const cause = await failure(requestJson(View, "/x"));
  expect(cause).toBeInstanceOf(RequestFailed);
  expect(cause).toMatchObject({ status: 0, message: "fetch failed" });
});

test("a view of another shape is an error, but no failed request", async () => {
  respond = async () => Response.json({ a: "text" });
  expect(await failure(requestJson(View, "/x"))).not.toBeInstanceOf(RequestFailed);
});

test("the signal of the caller aborts the request", async () => {
  respond = async () => Response.json({ a: 1 });
  const abort = new AbortController();
  await requestJson(View, "/x", { signal: abort.signal });
  expect(calls[0]?.init.signal?.aborted).toBe(false);
  abort.abort();
  expect(calls[0]?.init.signal?.aborted).toBe(true);
});
