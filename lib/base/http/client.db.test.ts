import { createServer, type RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { appendPath, createHttpClient, type HttpRequest } from "@/lib/base/http/client";
import { serve } from "@/lib/base/http/serve.testing";
import { systemCode } from "@/lib/base/http/system-code";

const SECRET = "m4rk3d-s3cr3t";
const BYTES_MAX = 1_000;
const REFUSED_BY_FETCH = [10080, 6000, 6666, 6667, 6668, 6669, 5061];

/** One request to a server that answers so, with credentials in the URL. */
async function requested(answer: RequestListener, request: HttpRequest = {}, withinMs: number | null = 30_000) {
  const url = new URL(await serve(answer));
  url.username = "monitor";
  url.password = `${SECRET}/@`;
  const client = createHttpClient({ connectionsMax: 1, connectWithinMs: 5_000, withinMs, bytesMax: BYTES_MAX });
  const outcome = await client.request(url, request);
  await client.close();
  return outcome;
}

const echoAuthorization: RequestListener = (request, response) => void response.end(request.headers.authorization);
const basic = `Basic ${Buffer.from(`monitor:${SECRET}/@`).toString("base64")}`;

test("a port that fetch refuses is requested", async () => {
  const server = createServer((_, response) => void response.end("ok"));
  onTestFinished(() => void server.close());
  const port = await new Promise<number>((resolve, reject) => {
    const [first, ...others] = REFUSED_BY_FETCH;
    server.on("listening", () => resolve(Object(server.address()).port));
    server.on("error", () => {
      const next = others.shift();
      if (next === undefined) reject(new Error("no such port is free"));
      else server.listen(next, "127.0.0.1");
    });
    server.listen(first, "127.0.0.1");
  });
  const url = new URL(`http://127.0.0.1:${port}/`);
  await expect(fetch(url)).rejects.toMatchObject({ cause: { message: "bad port" } });
  const client = createHttpClient({ connectionsMax: 1, connectWithinMs: 5_000, withinMs: 30_000, bytesMax: BYTES_MAX });
  const outcome = await client.request(url);
  await client.close();
  expect(outcome.ok && outcome.response.body.toString()).toBe("ok");
});

describe("credentials", () => {
  test.each<[string, HttpRequest, string]>([
    ["of the URL are sent, with their percent-encoding decoded", {}, basic],
    ["in a header replace those of the URL", { headers: { authorization: "Bearer t" } }, "Bearer t"],
  ])("%s", async (_, request, authorization) => {
    const outcome = await requested(echoAuthorization, request);
    expect(outcome.ok && outcome.response.body.toString()).toBe(authorization);
  });

  test("are not sent to the target of a redirect", async () => {
    const outcome = await requested((_, response) => void response.writeHead(302, { location: "/other" }).end());
    expect(outcome.ok && [outcome.response.status, outcome.response.header("location")]).toEqual([302, "/other"]);
  });
});

test("the body of a POST arrives", async () => {
  const outcome = await requested((request, response) => void request.pipe(response), { method: "POST", body: "a=b" });
  expect(outcome.ok && outcome.response.body.toString()).toBe("a=b");
});

describe("bytes are counted after decompression", () => {
  test.each<[string, number, string]>([
    ["up to the limit", BYTES_MAX, "ok"],
    ["one byte more", BYTES_MAX + 1, "too-large"],
  ])("%s", async (_, size, expected) => {
    const outcome = await requested(
      (_request, response) =>
        void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("a".repeat(size))),
    );
    expect(outcome.ok ? "ok" : outcome.fault.is).toBe(expected);
  });
});

describe("faults contain no secret", () => {
  test.each<[string, RequestListener, string, string]>([
    ["no answer", () => undefined, "timeout", "TimeoutError"],
    ["a body that does not end", (_, response) => void response.writeHead(200).write("["), "timeout", "TimeoutError"],
    ["a closed connection", (request) => void request.socket.destroy(), "unreachable", "UND_ERR_SOCKET"],
  ])("%s", async (_, answer, is, code) => {
    const outcome = await requested(answer, {}, is === "timeout" ? 200 : 30_000);
    expect(outcome).toMatchObject({ ok: false, fault: { is, code } });
    expect(`${JSON.stringify(outcome)} ${outcome.ok ? "" : outcome.fault.cause}`).not.toContain(SECRET);
  });

  test("a request aborted from outside is a timeout", async () => {
    const outcome = await requested(() => undefined, { signal: AbortSignal.abort() }, null);
    expect(outcome).toMatchObject({ ok: false, fault: { is: "timeout", code: "AbortError" } });
  });

  test.each<[string, unknown, string]>([
    ["of the system", Object.assign(new Error(SECRET), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    ["of a cause", new TypeError("fetch failed", { cause: { code: "ENOTFOUND" } }), "ENOTFOUND"],
    ["of the first address", new AggregateError([Object.assign(new Error(), { code: "EACCES" })]), "EACCES"],
    ["a name where there is none", new RangeError(SECRET), "RangeError"],
    ["not an error", SECRET, "unknown"],
  ])("the code %s", (_, cause, code) => expect(systemCode(cause)).toBe(code));
});

test.each([
  ["http://u:p@host:1/", "/api/a?b=c", "http://u:p@host:1/api/a?b=c"],
  ["http://host/prefix/", "/api/queues/%2F/q", "http://host/prefix/api/queues/%2F/q"],
  ["http://host/prefix?x=1#y", "/api", "http://host/prefix/api"],
])("%s with the path %s", (base, path, url) => expect(appendPath(new URL(base), path).href).toBe(url));
