import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "@/e2e/world/receiver";
import { reason, verbatim } from "@/lib/base/messages/reason";
import { renderReason, renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  type Heartbeat,
  type LivenessInput,
  liveness,
  type PingState,
  pingHeaders,
  watchdogAfter,
} from "@/lib/notifications/delivery/liveness";
import { sendPing } from "@/lib/notifications/delivery/send-ping";

const NOW = Date.UTC(2026, 10, 21, 12);
const WELL: LivenessInput = {
  watched: [
    { name: "broker main", keptMs: 4 * SECOND, intervalMs: 5 * SECOND },
    { name: "source jobs", keptMs: 10 * SECOND, intervalMs: 15 * SECOND },
  ],
  deliverer: SECOND / 2,
  database: null,
  webhooks: [{ id: "ops", failingMs: 0 }],
  upMs: 10 * MINUTE,
};

describe("whether Lastbeat works", () => {
  const [broker, source] = WELL.watched;
  test.each<[string, Partial<LivenessInput>, string | null]>([
    ["all is well", {}, null],
    ["nothing is watched and nobody is told", { watched: [], webhooks: [] }, null],
    ["it has only just begun", { watched: [{ name: "b", keptMs: null, intervalMs: 5_000 }], upMs: 20_000 }, null],
    [
      "no tick since the start",
      { watched: [{ name: "broker main", keptMs: null, intervalMs: 5_000 }], upMs: 60_000 },
      "nothing was kept of broker main for 60 s",
    ],
    [
      "one collector stands still while the others go on",
      { watched: [...(broker ? [broker] : []), { name: "source jobs", keptMs: 80_000, intervalMs: 15_000 }] },
      "nothing was kept of source jobs for 80 s",
    ],
    [
      "a tick that is late by less than a busy machine makes it",
      { watched: [...(source ? [source] : []), { name: "b", keptMs: 44_000, intervalMs: 5_000 }] },
      null,
    ],
    ["the deliverer's look hangs", { deliverer: 31_000 }, "nobody looked for deliveries for 31 s"],
    ["the deliverer never looked", { deliverer: null }, "nobody looked for deliveries for 600 s"],
    [
      "the database is away",
      { database: reason("sendTimedOut", { seconds: 5 }) },
      "the database cannot be written: no answer within 5 s",
    ],
    ["one webhook of two fails", { webhooks: [...WELL.webhooks, { id: "b", failingMs: 11 * MINUTE }] }, null],
    [
      "nobody can be told for long",
      { webhooks: [{ id: "b", failingMs: 11 * MINUTE }] },
      "every webhook has been failing for more than ten minutes",
    ],
  ])("%s", (_, signs, because) => {
    const now = liveness({ ...WELL, ...signs });
    expect(now.alive ? null : renderReason(now.reason)).toBe(because);
  });
});

const switchOf = (format: Heartbeat["format"], url = "https://x.example/ping/1"): Heartbeat => ({
  id: "night",
  url,
  format,
  everySeconds: 60,
  allowPrivate: true,
});

/** A story of minutes: "ok" and "bad" as vital says, "!" behind a word: the receiver did not take what was sent. */
function told(format: Heartbeat["format"], story: string): string {
  let memory: PingState | null = null;
  const sent: string[] = [];
  for (const [minute, word] of story.split(" ").entries()) {
    const now = word.startsWith("ok") ? ({ alive: true } as const) : ({ alive: false, reason: verbatim("x") } as const);
    const signal = pingHeaders(memory, now, switchOf(format));
    const error = word.endsWith("!") && signal !== null ? reason("sendStatus", { status: 500 }) : null;
    memory = watchdogAfter(memory, { vital: now, signal, error, nowMs: NOW + minute * MINUTE });
    sent.push(signal ?? "-");
  }
  return sent.join(" ");
}

describe("what a dead man's switch is told", () => {
  test.each<[string, Heartbeat["format"], string, string]>([
    ["each beat while all is well", "ping", "ok ok ok", "well well well"],
    ["the end once, and then nothing", "ping", "ok bad bad bad", "well fail - -"],
    ["the end until it is taken", "ping", "ok bad! bad! bad bad", "well fail fail fail -"],
    ["each end anew", "ping", "ok bad ok bad bad", "well fail well fail -"],
    ["nothing but silence, where silence is all that is understood", "alertmanager", "ok bad bad ok", "well - - well"],
    ["a failure from the start", "ping", "bad bad ok", "fail - well"],
  ])("%s", (_, format, story, sent) => expect(told(format, story)).toBe(sent));

  test("when it was last told, since when it is silent, and why it was not heard are remembered", () => {
    const first = watchdogAfter(null, { vital: { alive: true }, signal: "well", error: null, nowMs: NOW });
    const unheard = watchdogAfter(first, {
      vital: { alive: true },
      signal: "well",
      error: reason("sendStatus", { status: 500 }),
      nowMs: NOW + 1,
    });
    expect(unheard).toMatchObject({ sinceMs: NOW, toldMs: NOW, error: reason("sendStatus", { status: 500 }) });
    const silent = watchdogAfter(unheard, {
      vital: { alive: false, reason: verbatim("x") },
      signal: null,
      error: null,
      nowMs: NOW + 2,
    });
    expect(silent).toMatchObject({ sinceMs: NOW + 2, toldMs: NOW });
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

  test("a ping is a GET, its end a POST below it that says why", async () => {
    expect(await send(switchOf("ping", receiver.url), "well")).toBeNull();
    expect([last()?.path, last()?.body]).toEqual(["/hook", ""]);
    expect(await send(switchOf("ping", receiver.url.replace("//", "//me:pw@")), "fail")).toBeNull();
    expect([last()?.path, last()?.body]).toEqual(["/hook/fail", "the database is away"]);
    expect(last()?.headers.authorization).toBe(`Basic ${Buffer.from("me:pw").toString("base64")}`);
  });

  test("a watchdog is an alert that ends by itself after three beats", async () => {
    expect(await send(switchOf("alertmanager", receiver.url), "well")).toBeNull();
    expect(last()?.path).toBe("/hook/api/v2/alerts");
    expect(last()?.json).toMatchObject([
      { labels: { alertname: "Watchdog", heartbeat: "night" }, endsAt: "2026-11-21T12:03:00.000Z" },
    ]);
  });

  test.each<[string, Partial<Heartbeat>, number, string]>([
    ["refused", {}, 500, "answered 500"],
    ["sent elsewhere", {}, 302, "answered 302: redirects are not followed"],
    [
      "a private address",
      { allowPrivate: false },
      204,
      "the address is private or reserved; allowPrivate permits private ones",
    ],
    ["nobody listening", { url: "http://127.0.0.1:1/m4rk3d" }, 204, "the connection was refused"],
  ])("%s is told without the address", async (_, change, status, error) => {
    receiver.answer(status);
    const sent = await send({ ...switchOf("ping", receiver.url), ...change }, "well");
    expect(renderReasonOrNull(sent)).toBe(error);
    receiver.answer(204);
  });
});
