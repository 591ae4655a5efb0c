import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { parseRetryAfter } from "@/lib/notifications/delivery/retry-schedule";
import { signWebhook } from "@/lib/notifications/delivery/sign";
import { anEvent, changed, SECRETS } from "@/lib/notifications/delivery/webhooks.testing";
import { readEvent, type WebhookEvent } from "@/lib/notifications/formats/event";
import { standardBody } from "@/lib/notifications/formats/standard";

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

  test("is the stored form of an event, from which it is read back unchanged", () => {
    const text = textOf(anEvent);
    const read = readEvent(text);
    expect(read).toEqual(anEvent);
    expect(read === null ? null : textOf(read)).toBe(text);
  });

  test("holds the group of alerts, unless that alone is too long", () => {
    const group = { key: "broker=main rule=client-lost", count: 23, alerts: [{ id: "a", summary: "s" }], rest: 22 };
    const event = readEvent(textOf({ ...anEvent, group }));
    expect(event).toEqual({ ...anEvent, group });
    const long = textOf({ ...anEvent, group: { alerts: "x".repeat(30_000) } });
    expect(Buffer.byteLength(long)).toBeLessThan(20_000);
    expect(readEvent(long)?.alert.id).toBe(anEvent.alert.id);
  });

  test("keeps fields that this version does not know", () => {
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
  const headers = { ...signWebhook({ id: "msg_1", body }, [secret], Date.now()) };

  test("is valid", () => {
    expect(new Verifier(secret).verify(body, headers)).toMatchObject({ type: "alert.firing" });
  });
  test("is valid with the old and the new secret during a rotation", () => {
    const both = { ...signWebhook({ id: "msg_1", body }, [secret, next], Date.now()) };
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

describe("Retry-After", () => {
  test.each<[string | null, number | null]>([
    ["120", 120_000],
    [" 0 ", 0],
    ["Thu, 01 Jan 1970 00:00:10 GMT", 9_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["soon", null],
    ["-5x", null],
    [null, null],
  ])("%j is %j ms", (text, ms) => expect(parseRetryAfter(text, 1_000)).toBe(ms));
});
