import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { Webhook as Verifier } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { send } from "@/lib/notifications/delivery/send";
import { anEvent, aWebhook, SECRETS } from "@/lib/notifications/delivery/webhooks.testing";
import { standardBody } from "@/lib/notifications/formats/standard";
import type { Webhook } from "@/lib/notifications/formats/webhook";

const [secret = ""] = SECRETS;
const NOON = Date.UTC(2026, 10, 21, 12);
const MARK = "m4rk3d-s3cr3t";

let server: Server;
let requests: { path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
const answers: Record<string, RequestListener> = {
  "/ok": (_, response) => response.end("x".repeat(200_000)),
  "/redirect": (_, response) => response.writeHead(302, { location: "/ok" }).end(),
  "/busy": (_, response) => response.writeHead(429, { "retry-after": "7" }).end(MARK),
  "/drop": (request) => request.socket.destroy(),
  "/hang": () => undefined,
  "/date": (_, response) => response.writeHead(503, { "retry-after": new Date(NOON + 90_000).toUTCString() }).end(),
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
const webhook = (path: string, change: { url?: string; allowPrivate?: boolean } = {}): Webhook => ({
  ...aWebhook(`http://127.0.0.1:${port()}${path}?token=${MARK}`),
  ...change,
});
const post = (to: Webhook, timeoutMs = 10_000, signal = new AbortController().signal) => {
  requests = [];
  return send(to, { id: "msg_1", event: anEvent }, { now: Date.now, signal, timeoutMs });
};

describe("one attempt", () => {
  test.each([
    ["accepted, whatever the length of the answer", "/ok", 200, null],
    ["accepted, though the answer never ends", "/endless", 200, null],
    ["a redirect is not followed", "/redirect", 302, "answered 302: redirects are not followed"],
    ["a refusal", "/busy", 429, "answered 429"],
    ["a connection closed", "/drop", null, "the connection was closed before an answer came"],
  ])("%s", async (_, path, status, error) => {
    const sent = await post(webhook(path));
    expect({ ...sent, error: renderReasonOrNull(sent.reason) }).toMatchObject({ status, error, blocked: false });
    expect(requests.map((request) => request.path)).toEqual([path]);
  });

  test("is signed, with its id and content type", async () => {
    await post(webhook("/ok"));
    const { headers, body } = requests[0] ?? { headers: {}, body: "" };
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(new Verifier(secret).verify(body, signed)).toEqual(standardBody(anEvent));
    expect(headers).toMatchObject({
      "user-agent": "lastbeat",
      "content-type": "application/json",
      "webhook-id": "msg_1",
    });
  });

  test("reads Retry-After, in seconds and as a date", async () => {
    expect((await post(webhook("/busy"))).retryAfterMs).toBe(7_000);
    const options = { now: () => NOON, signal: new AbortController().signal };
    expect((await send(webhook("/date"), { id: "msg_1", event: anEvent }, options)).retryAfterMs).toBe(90_000);
  });

  test("ends at its time limit", async () => {
    expect(await post(webhook("/hang"), 200)).toMatchObject({
      status: null,
      reason: reason("sendTimedOut", { seconds: 0.2 }),
    });
  });

  test("ends when its signal aborts", async () => {
    const stop = new AbortController();
    const sent = post(webhook("/hang"), 10_000, stop.signal);
    stop.abort();
    expect(await sent).toMatchObject({ status: null, reason: reason("sendStopped", {}) });
  });

  test("fails where nobody listens", async () => {
    expect(await post(webhook("", { url: `http://127.0.0.1:1/${MARK}` }))).toMatchObject({
      reason: reason("sendConnectionRefused", {}),
    });
  });

  test("sends user and password of the URL in the header", async () => {
    await post(webhook("", { url: `http://me:p%40ss@127.0.0.1:${port()}/ok` }));
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  });
});

test.each(["/busy", "/drop", "/hang", "/redirect", "/nothing-at-all"])(
  "the results of attempts at %s hold no secret",
  async (path) => {
    const results = JSON.stringify([
      await post(webhook(path), 100),
      await post(webhook(path, { allowPrivate: false }), 100),
      await post(webhook(path, { url: `http://${MARK}:${MARK}@127.0.0.1:1/${MARK}` }), 100),
      await post(webhook(path, { url: `http://${MARK}.invalid/${MARK}` }), 100),
      await post(webhook(path, { url: `ftp://${MARK}` }), 100),
      await post(webhook(path, { url: MARK }), 100),
    ]);
    expect(results).not.toContain(MARK);
    expect(results).not.toContain(secret.slice(6));
  },
);
