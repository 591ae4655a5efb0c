import { expect, test } from "vitest";
import { aWebhook, changed } from "@/lib/notifications/delivery/webhooks.testing";
import { readEvent, type WebhookEvent } from "@/lib/notifications/formats/event";
import { write } from "@/lib/notifications/formats/registry";
import type { Webhook } from "@/lib/notifications/formats/webhook";

const common = { ...aWebhook("http://127.0.0.1:1"), secrets: [] };
const ROOT = { id: "i-1", rule: "broker-unreachable", labels: { broker: "main" } };
const listed = (rule: string, state: "firing" | "resolved", labels: Readonly<Record<string, string>>) => ({
  ...{ id: `${rule}-1`, rule, severity: "critical" as const, state, labels, startedMs: 1 },
  summary: `sentence of ${rule}`,
});
const event: WebhookEvent = changed({
  alert: { ...ROOT, incident: "i-1", summary: "Lastbeat cannot see broker main" },
  incident: {
    ...{ id: "i-1", count: 15, rest: 12 },
    alerts: [
      listed("broker-unreachable", "firing", { broker: "main" }),
      listed("pipeline-gave-up", "firing", { source: "php", queue: "mails" }),
      listed("application-redialing", "resolved", { source: "php" }),
    ],
  },
});
const bodyOf = (webhook: Webhook): string => JSON.stringify(write(event, webhook).body);

test.each<Webhook>([
  { ...common, format: "slack" },
  { ...common, format: "teams" },
  { ...common, format: "discord" },
  { ...common, format: "wecom" },
  { ...common, format: "feishu", secret: null },
  { ...common, format: "telegram", token: "t", chat: "1", thread: null },
  { ...common, format: "email", from: "a@b.c", to: ["d@e.f"], startTls: "offered", ca: null },
])("$format has one message with the cause first and a line for each consequence", (webhook) => {
  const body = bodyOf(webhook);
  expect(body.match(/sentence of/g) ?? []).not.toContain("sentence of broker-unreachable");
  const places = [
    "cannot see broker main",
    "1 · critical · pipeline-gave-up",
    "2 · Resolved · application-redialing",
    "12",
  ];
  // Some services escape dashes and dots.
  const plain = body.replaceAll("\\", "");
  const at = places.map((text) => plain.indexOf(text));
  expect(
    at.every((place) => place >= 0),
    plain,
  ).toBe(true);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
});

test("PagerDuty and Opsgenie have one incident under the id of ours", () => {
  expect(bodyOf({ ...common, format: "pagerduty", routingKey: "k" })).toContain('"dedup_key":"i-1"');
  expect(bodyOf({ ...common, format: "opsgenie", apiKey: "k" })).toContain('"alias":"i-1"');
});

test("programs read the incident in the standard body, and Alertmanager in an annotation", () => {
  const body = bodyOf({ ...common, secrets: [], format: "standard" });
  expect(JSON.parse(body).data).toMatchObject({ alert: { incident: "i-1" }, incident: { id: "i-1", count: 15 } });
  expect(readEvent(body)?.incident?.alerts).toHaveLength(3);
  expect(bodyOf({ ...common, format: "alertmanager", token: null })).toContain('"incident":"i-1"');
});

test("a stored incident that cannot be read leaves the alert", () => {
  const body = JSON.parse(bodyOf({ ...common, secrets: [], format: "standard" }));
  const read = readEvent(JSON.stringify({ ...body, data: { ...body.data, incident: { id: 7 } } }));
  expect([read?.alert.rule, read?.incident]).toEqual([ROOT.rule, undefined]);
});
