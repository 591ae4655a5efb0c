import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "@/e2e/world/receiver";
import { serve } from "@/lib/base/http/serve.testing";
import { reason, verbatim } from "@/lib/base/messages/reason";
import { renderReason, renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  type Heartbeat,
  type LivenessInput,
  liveness,
  type PingState,
  pingSignal,
  watchdogAfter,
} from "@/lib/notifications/delivery/liveness";
import { sendPing } from "@/lib/notifications/delivery/send-ping";

const NOW = Date.UTC(2026, 10, 21, 12);
const WELL: LivenessInput = {
  targets: [
    { name: "broker main", savedMs: 4 * SECOND, intervalMs: 5 * SECOND },
    { name: "source jobs", savedMs: 10 * SECOND, intervalMs: 15 * SECOND },
  ],
  delivererQuietMs: SECOND / 2,
  database: null,
  webhooks: [{ id: "ops", failingMs: 0 }],
  upMs: 10 * MINUTE,
};

describe("the liveness check", () => {
  const [broker, source] = WELL.targets;
  test.each<[string, Partial<LivenessInput>, string | null]>([
    ["passes when all is well", {}, null],
    ["passes with no targets and no webhooks", { targets: [], webhooks: [] }, null],
    ["passes just after the start", { targets: [{ name: "b", savedMs: null, intervalMs: 5_000 }], upMs: 20_000 }, null],
    [
      "fails without a tick since the start",
      { targets: [{ name: "broker main", savedMs: null, intervalMs: 5_000 }], upMs: 60_000 },
      "nothing was kept of broker main for 60 s",
    ],
    [
      "fails when one collector hangs while the others go on",
      { targets: [...(broker ? [broker] : []), { name: "source jobs", savedMs: 80_000, intervalMs: 15_000 }] },
      "nothing was kept of source jobs for 80 s",
    ],
    [
      "passes with a tick that is late by less than a busy machine may cause",
      { targets: [...(source ? [source] : []), { name: "b", savedMs: 44_000, intervalMs: 5_000 }] },
      null,
    ],
    ["fails when the deliverer's poll hangs", { delivererQuietMs: 31_000 }, "nobody looked for deliveries for 31 s"],
    ["fails when the deliverer has never polled", { delivererQuietMs: null }, "nobody looked for deliveries for 600 s"],
    [
      "fails when the database is away",
      { database: reason("sendTimedOut", { seconds: 5 }) },
      "the database cannot be written: no answer within 5 s",
    ],
    [
      "passes when one of two webhooks fails",
      { webhooks: [...WELL.webhooks, { id: "b", failingMs: 11 * MINUTE }] },
      null,
    ],
    [
      "fails when all webhooks have failed for long",
      { webhooks: [{ id: "b", failingMs: 11 * MINUTE }] },
      "every webhook has been failing for more than ten minutes",
    ],
  ])("%s", (_, signs, because) => {
    const now = liveness({ ...WELL, ...signs });
    expect(now.alive ? null : renderReason(now.reason)).toBe(because);
  });
});

const heartbeatOf = (format: Heartbeat["format"], url = "https://x.example/ping/1"): Heartbeat => ({
  id: "night",
  url,
  format,
  everySeconds: 60,
  allowPrivate: true,
});

/** One word a minute: "ok" and "bad" is the liveness, "!" after it: the monitor did not accept the ping. Returns the signals. */
function signalsOf(format: Heartbeat["format"], story: string): string {
  let state: PingState | null = null;
  const sent: string[] = [];
  for (const [minute, word] of story.split(" ").entries()) {
    const now = word.startsWith("ok") ? ({ alive: true } as const) : ({ alive: false, reason: verbatim("x") } as const);
    const signal = pingSignal(state, now, heartbeatOf(format));
    const error = word.endsWith("!") && signal !== null ? reason("sendStatus", { status: 500 }) : null;
    state = watchdogAfter(state, { liveness: now, signal, error, nowMs: NOW + minute * MINUTE });
    sent.push(signal ?? "-");
  }
  return sent.join(" ");
}

describe("a watchdog", () => {
  test.each<[string, Heartbeat["format"], string, string]>([
    ["pings at each interval while all is well", "ping", "ok ok ok", "well well well"],
    ["reports a failure once, and then sends nothing", "ping", "ok bad bad bad", "well fail - -"],
    ["reports a failure until it is accepted", "ping", "ok bad! bad! bad bad", "well fail fail fail -"],
    ["reports each failure", "ping", "ok bad ok bad bad", "well fail well fail -"],
    ["only stops pinging a monitor that accepts no failures", "alertmanager", "ok bad bad ok", "well - - well"],
    ["reports a failure from the start", "ping", "bad bad ok", "fail - well"],
  ])("%s", (_, format, story, sent) => expect(signalsOf(format, story)).toBe(sent));

  test("remembers its last accepted ping, since when it has been silent, and why a ping was not accepted", () => {
    const first = watchdogAfter(null, { liveness: { alive: true }, signal: "well", error: null, nowMs: NOW });
    const refused = watchdogAfter(first, {
      liveness: { alive: true },
      signal: "well",
      error: reason("sendStatus", { status: 500 }),
      nowMs: NOW + 1,
    });
    expect(refused).toMatchObject({ sinceMs: NOW, acceptedMs: NOW, error: reason("sendStatus", { status: 500 }) });
    const silent = watchdogAfter(refused, {
      liveness: { alive: false, reason: verbatim("x") },
      signal: null,
      error: null,
      nowMs: NOW + 2,
    });
    expect(silent).toMatchObject({ sinceMs: NOW + 2, acceptedMs: NOW });
  });
});

describe("over the wire", () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.stop());
  const send = (heartbeat: Heartbeat, signal: "well" | "fail") =>
    sendPing(heartbeat, signal, {
      reason: verbatim("the database is away"),
      nowMs: NOW,
      signal: new AbortController().signal,
    });
  const last = () => receiver.received.at(-1);

  test("a ping is a GET, and a failure is a POST below it with the reason", async () => {
    expect(await send(heartbeatOf("ping", receiver.url), "well")).toBeNull();
    expect([last()?.path, last()?.body]).toEqual(["/hook", ""]);
    expect(await send(heartbeatOf("ping", receiver.url.replace("//", "//me:pw@")), "fail")).toBeNull();
    expect([last()?.path, last()?.body]).toEqual(["/hook/fail", "the database is away"]);
    expect(last()?.headers.authorization).toBe(`Basic ${Buffer.from("me:pw").toString("base64")}`);
  });

  test.each<[string, string, "well" | "fail", string]>([
    [
      "as Uptime Kuma shows it",
      "/api/push/t0ken?status=up&msg=OK&ping=",
      "well",
      "/api/push/t0ken?status=up&msg=OK&ping=",
    ],
    ["without a query", "/api/push/t0ken", "well", "/api/push/t0ken?status=up"],
    ["with a final slash", "/api/push/t0ken/", "well", "/api/push/t0ken/?status=up"],
    [
      "below the path of a proxy",
      "/kuma/api/push/t0ken?status=up&msg=OK&ping=",
      "fail",
      "/kuma/api/push/t0ken?status=down&msg=the+database+is+away&ping=",
    ],
    ["with another query", "/api/push/t0ken?a=b", "fail", "/api/push/t0ken?a=b&status=down&msg=the+database+is+away"],
  ])("a push URL of Uptime Kuma %s is requested by GET alone", async (_, path, signal, requested) => {
    const requests: string[] = [];
    // Uptime Kuma knows no other method and nothing below the token.
    const url = await serve((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.writeHead(request.method === "GET" && !request.url?.includes("/fail") ? 200 : 404).end('{"ok":true}');
    });
    expect(await send(heartbeatOf("ping", `${url}${path}`), signal)).toBeNull();
    expect(requests).toEqual([`GET ${requested}`]);
  });

  test.each(["/api/push", "/api/v1/push/x", "/api/push/t0ken/more"])(
    "a failure is posted below %s, which is no push URL of Uptime Kuma",
    async (path) => {
      const requests: string[] = [];
      const url = await serve((request, response) => {
        requests.push(`${request.method} ${request.url}`);
        response.writeHead(204).end();
      });
      expect(await send(heartbeatOf("ping", `${url}${path}`), "fail")).toBeNull();
      expect(requests).toEqual([`POST ${path}/fail`]);
    },
  );

  test("an Alertmanager watchdog is an alert that resolves after three missed pings", async () => {
    expect(await send(heartbeatOf("alertmanager", receiver.url), "well")).toBeNull();
    expect(last()?.path).toBe("/hook/api/v2/alerts");
    expect(last()?.json).toMatchObject([
      { labels: { alertname: "Watchdog", heartbeat: "night" }, endsAt: "2026-11-21T12:03:00.000Z" },
    ]);
  });

  test.each<[string, Partial<Heartbeat>, number, string]>([
    ["refused", {}, 500, "answered 500"],
    ["redirected", {}, 302, "answered 302: redirects are not followed"],
    [
      "for a private address",
      { allowPrivate: false },
      204,
      "the address is private or reserved; allowPrivate permits private ones",
    ],
    ["sent where nobody listens", { url: "http://127.0.0.1:1/m4rk3d" }, 204, "the connection was refused"],
  ])("the error of a ping that was %s names no address", async (_, change, status, error) => {
    receiver.answer(status);
    const sent = await send({ ...heartbeatOf("ping", receiver.url), ...change }, "well");
    expect(renderReasonOrNull(sent)).toBe(error);
    receiver.answer(204);
  });
});
