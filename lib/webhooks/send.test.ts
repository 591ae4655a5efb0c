import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { Webhook as Verifier } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Webhook } from "@/lib/webhooks/endpoint";
import { isPublic, objection } from "@/lib/webhooks/safe-url";
import { send } from "@/lib/webhooks/send";

const secret = `whsec_${Buffer.alloc(32, "k").toString("base64")}`;
const MARK = "m4rk3d-s3cr3t";

let server: Server;
let requests: { path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
const answers: Record<string, RequestListener> = {
  "/ok": (_, response) => response.end("x".repeat(200_000)),
  "/redirect": (_, response) => response.writeHead(302, { location: "/ok" }).end(),
  "/busy": (_, response) => response.writeHead(429, { "retry-after": "7" }).end(MARK),
  "/drop": (request) => request.socket.destroy(),
  "/hang": () => undefined,
  "/endless": (_, response) => response.writeHead(200).write("x"),
};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
    answers[path]?.(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function port(): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
const webhook = (path: string, change: Partial<Webhook> = {}): Webhook => ({
  id: "ops",
  url: `http://127.0.0.1:${port()}${path}?token=${MARK}`,
  format: "standard",
  secret,
  severities: ["warning", "critical"],
  sendResolved: true,
  allowPrivate: true,
  ...change,
});
const post = (to: Webhook, timeoutMs = 10_000, signal = new AbortController().signal) => {
  requests = [];
  return send(to, { id: "msg_1", body: '{"a":1}' }, { now: Date.now, signal, timeoutMs });
};

describe("one attempt", () => {
  test.each([
    ["accepted, whatever the length of the answer", "/ok", 200, null],
    ["accepted, though the answer never ends", "/endless", 200, null],
    ["a redirect is not followed", "/redirect", 302, "answered 302: redirects are not followed"],
    ["a refusal", "/busy", 429, "answered 429"],
    ["a connection closed", "/drop", null, "the connection was closed before an answer came"],
  ])("%s", async (_, path, status, error) => {
    expect(await post(webhook(path))).toMatchObject({ status, error, blocked: false });
    expect(requests.map((request) => request.path)).toEqual([path]);
  });

  test("is signed, and says what it is", async () => {
    await post(webhook("/ok"));
    const { headers, body } = requests[0] ?? { headers: {}, body: "" };
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(new Verifier(secret).verify(body, signed)).toEqual({ a: 1 });
    expect(headers).toMatchObject({
      "user-agent": "lastbeat",
      "content-type": "application/json",
      "webhook-id": "msg_1",
    });
  });

  test("reads Retry-After", async () => expect((await post(webhook("/busy"))).retryAfterMs).toBe(7_000));

  test("ends at its time limit", async () => {
    expect(await post(webhook("/hang"), 200)).toMatchObject({ status: null, error: "no answer within 0.2 s" });
  });

  test("ends when it is told to", async () => {
    const stop = new AbortController();
    const sent = post(webhook("/hang"), 10_000, stop.signal);
    stop.abort();
    expect(await sent).toMatchObject({ status: null, error: "stopped before an answer came" });
  });

  test("nobody listening", async () => {
    expect(await post(webhook("", { url: `http://127.0.0.1:1/${MARK}` }))).toMatchObject({
      error: "the connection was refused",
    });
  });

  test("user and password of the URL go into the header", async () => {
    await post(webhook("", { url: `http://me:p%40ss@127.0.0.1:${port()}/ok` }));
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  });
});

test.each(["/busy", "/drop", "/hang", "/redirect", "/nothing-at-all"])(
  "nothing secret is told about %s",
  async (path) => {
    const told = JSON.stringify([
      await post(webhook(path), 100),
      await post(webhook(path, { allowPrivate: false }), 100),
      await post(webhook(path, { url: `http://${MARK}:${MARK}@127.0.0.1:1/${MARK}` }), 100),
      await post(webhook(path, { url: `http://${MARK}.invalid/${MARK}` }), 100),
      await post(webhook(path, { url: `ftp://${MARK}` }), 100),
      await post(webhook(path, { url: MARK }), 100),
    ]);
    expect(told).not.toContain(MARK);
    expect(told).not.toContain(secret.slice(6));
  },
);

describe("addresses", () => {
  test.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://168.63.129.16/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://192.0.0.192/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::5db8:d822]/",
    "http://[4000::1]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:db8::1]/",
  ])("%s is refused without allowPrivate, and only then", (url) => {
    expect(objection(url, { allowPrivate: false })).toContain("private or reserved");
    expect(objection(url, { allowPrivate: true })).toBeNull();
  });

  test.each([
    "http://93.184.216.34/",
    "https://[2606:2800:220:1::1]/",
    "http://[64:ff9b::5db8:d822]/",
    "https://hooks.example.com/x",
  ])("%s is not", (url) => expect(objection(url, { allowPrivate: false })).toBeNull());

  test.each(["ftp://93.184.216.34/", "file:///etc/passwd", "javascript:0", "", "//x"])(
    "%j is refused in any case",
    (url) => {
      expect(objection(url, { allowPrivate: true })).not.toBeNull();
    },
  );

  test("what is no address is not public", () => expect(isPublic("hooks.example.com")).toBe(false));

  test("a name that resolves to a private address is not connected to", async () => {
    const url = `http://localhost:${port()}/ok`;
    expect(await post(webhook("", { url, allowPrivate: false }))).toMatchObject({ status: null, blocked: true });
    expect(requests).toEqual([]);
  });
});
