import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { HOUR, SECOND } from "@/lib/time/duration";
import { readEvent, type WebhookEvent } from "@/lib/webhooks/event";
import { standardBody } from "@/lib/webhooks/formats/standard";
import { afterAttempt, parseRetryAfter, RETRY_DELAYS_MS } from "@/lib/webhooks/schedule";
import { sign } from "@/lib/webhooks/sign";
import { anEvent, changed, SECRETS } from "@/lib/webhooks/testing";

const textOf = (event: WebhookEvent): string => JSON.stringify(standardBody(event));

describe("the body", () => {
  test("is type, ISO timestamp and the whole alert", () => {
    expect(JSON.parse(textOf(anEvent))).toEqual({
      type: "alert.firing",
      timestamp: "2026-11-21T08:00:00.005Z",
      data: { alert: anEvent.alert },
    });
  });

  const many = (count: number, text: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`${text}${at}`, text]));
  test.each<[string, Partial<WebhookEvent["alert"]>]>([
    ["a long summary", { summary: "x".repeat(1_000_000) }],
    ["long labels", { labels: { client: "é".repeat(100_000), queue: "q".repeat(100_000) } }],
    ["many labels", { labels: many(5_000, "label") }],
    ["many long labels", { labels: many(500, "\u0001".repeat(5_000)) }],
    [
      "a pair of surrogates at the cut",
      { summary: "😀".repeat(50_000), labels: { client: `x${"😀".repeat(50_000)}` } },
    ],
  ])("stays under 20 kB with %s, as valid text that keeps its id", (_, change) => {
    const text = textOf(changed({ alert: change }));
    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
    expect(text).not.toMatch(/\\ud[89ab]/i);
    expect(JSON.parse(text).data.alert.id).toBe(anEvent.alert.id);
  });

  test("is what an event is stored as: read back, it says the same", () => {
    const text = textOf(anEvent);
    const read = readEvent(text);
    expect(read).toEqual(anEvent);
    expect(read === null ? null : textOf(read)).toBe(text);
  });

  test("keeps what this version does not know", () => {
    const stored = textOf(anEvent).replace('"inferred":true', '"inferred":true,"owner":"night shift"');
    const read = readEvent(stored);
    expect(read === null ? null : textOf(read)).toContain('"owner":"night shift"');
  });

  test.each(["", "{}", "null", '{"type":"alert.firing"}', textOf(anEvent).replace("alert.firing", "alert.else")])(
    "%s is no event",
    (text) => expect(readEvent(text)).toBeNull(),
  );
});

describe("the signature, read by the reference implementation", () => {
  const [secret = "", next = ""] = SECRETS;
  const body = textOf(changed({ alert: { summary: "Łódź is silent" } }));
  const headers = { ...sign({ id: "msg_1", body }, [secret], Date.now()) };

  test("is valid", () => {
    expect(new Verifier(secret).verify(body, headers)).toMatchObject({ type: "alert.firing" });
  });
  test("while a secret is rotated, holds for the old one and for the new one", () => {
    const both = { ...sign({ id: "msg_1", body }, [secret, next], Date.now()) };
    for (const known of [secret, next]) expect(new Verifier(known).verify(body, both)).toBeTruthy();
    expect(both["webhook-signature"].split(" ")).toHaveLength(2);
    expect(() => new Verifier(next).verify(body, headers)).toThrow("No matching signature");
  });
  test.each<[string, string, Record<string, string>]>([
    ["another body", body.replace("silent", "fine"), headers],
    ["another id", body, { ...headers, "webhook-id": "msg_2" }],
    ["another time", body, { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) + 1) }],
  ])("does not hold for %s", (_, text, changed) => {
    expect(() => new Verifier(secret).verify(text, changed)).toThrow("No matching signature");
  });
});

describe("what follows from an answer", () => {
  const next = (status: number | null, attempt = 1, rest = {}) =>
    afterAttempt(
      { accepted: status !== null && status < 300, status, retryAfterMs: null, blocked: false, ...rest },
      attempt,
      {
        delaysMs: RETRY_DELAYS_MS,
        chance: 0,
      },
    );

  test.each<[number | null, string]>([
    [200, "delivered"],
    [204, "delivered"],
    [299, "delivered"],
    [301, "dead"],
    [302, "dead"],
    [307, "dead"],
    [400, "dead"],
    [401, "failed"],
    [403, "failed"],
    [404, "failed"],
    [408, "failed"],
    [409, "failed"],
    [410, "dead"],
    [413, "dead"],
    [422, "dead"],
    [425, "failed"],
    [429, "failed"],
    [500, "failed"],
    [501, "failed"],
    [502, "failed"],
    [503, "failed"],
    [504, "failed"],
    [599, "failed"],
    [null, "failed"],
  ])("%s is %s", (status, state) => expect(next(status).state).toBe(state));

  test("an error that came with 200 is tried again", () => {
    expect(next(200, 1, { accepted: false }).state).toBe("failed");
  });

  test("a forbidden address is not tried again", () => expect(next(null, 1, { blocked: true }).state).toBe("dead"));

  test("ten attempts in all, each wait longer than the one before", () => {
    const delays = RETRY_DELAYS_MS.map((_, at) => next(500, at + 1).delayMs);
    expect(delays).toEqual(RETRY_DELAYS_MS.toSorted((a, b) => a - b));
    expect(next(500, 10)).toEqual({ state: "dead", delayMs: null });
    expect(next(200, 10).state).toBe("delivered");
  });

  test.each([
    ["lengthens the wait", 60 * SECOND, 60 * SECOND],
    ["does not shorten it", SECOND, 5 * SECOND],
    ["is not obeyed for longer than a day", 1_000 * HOUR, 24 * HOUR],
  ])("Retry-After %s", (_, retryAfterMs, delayMs) => expect(next(429, 1, { retryAfterMs }).delayMs).toBe(delayMs));

  test("chance spreads a wait by up to a fifth, and only upwards", () => {
    const wait = (chance: number) =>
      afterAttempt({ accepted: false, status: 500, retryAfterMs: null, blocked: false }, 1, {
        delaysMs: [1_000],
        chance,
      }).delayMs;
    expect([wait(0), wait(0.5), wait(1)]).toEqual([1_000, 1_100, 1_200]);
  });

  test.each<[string | null, number | null]>([
    ["120", 120_000],
    [" 0 ", 0],
    ["Thu, 01 Jan 1970 00:00:10 GMT", 9_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", null],
    ["-5x", null],
    [null, null],
  ])("Retry-After %j is %j ms", (text, ms) => expect(parseRetryAfter(text, 1_000)).toBe(ms));
});
