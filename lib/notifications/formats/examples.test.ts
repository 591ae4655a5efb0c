import { describe, expect, test } from "vitest";
import { renderReason } from "@/lib/base/messages/render-reason";
import { buildRequest } from "@/lib/notifications/delivery/build-request";
import { anEvent, aWebhook, changed } from "@/lib/notifications/delivery/webhooks.testing";
import { testEvent, type WebhookEvent } from "@/lib/notifications/formats/event";
import { fingerprintOf } from "@/lib/notifications/formats/prometheus";
import { accepted, write, writeMany } from "@/lib/notifications/formats/registry";
import { standardBody } from "@/lib/notifications/formats/standard";
import type { FormatName, Json, Webhook } from "@/lib/notifications/formats/webhook";

const { format: _, secrets, ...common } = aWebhook("https://hooks.example.com/x");
const NOW = Date.UTC(2026, 10, 21, 8, 0, 1);
const resolved = changed({ type: "alert.resolved", alert: { resolvedMs: NOW } });
const FEISHU_SIGN = "6Ds9hyupelemXWqkVIF8GIHQuiR0AnABYrzl+V2uivg=";
const DING_SIGN = "hdAHZUAP+G6PWuHERyndITSH/e37lbmOw4VJ80Gu7K4=";
const bodyOf = (webhook: Webhook, event: WebhookEvent = anEvent) => write(event, webhook).body;

describe("each format writes the body that its documentation shows", () => {
  test("alertmanager: version 4", () => {
    const labels = { broker: "main", client: "scanner@media", alertname: "heartbeat-late", severity: "warning" };
    const annotations = { summary: anEvent.alert.summary, value: "1", threshold: "1", inferred: "true" };
    const webhook: Webhook = { ...common, format: "alertmanager", secrets, token: null };
    expect(bodyOf(webhook)).toEqual({
      version: "4",
      groupKey: '{}:{alertname="heartbeat-late"}',
      truncatedAlerts: 0,
      status: "firing",
      receiver: "ops",
      groupLabels: { alertname: "heartbeat-late" },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: "",
      alerts: [
        {
          status: "firing",
          labels,
          annotations,
          startsAt: "2026-11-21T07:59:00.000Z",
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "",
          fingerprint: fingerprintOf(labels),
        },
      ],
    });
    expect(bodyOf(webhook, resolved)).toMatchObject({
      status: "resolved",
      alerts: [{ status: "resolved", endsAt: "2026-11-21T08:00:01.000Z", fingerprint: fingerprintOf(labels) }],
    });
  });

  test("alertmanager-api: fires for a day unless it is resolved, and under one severity only", () => {
    const webhook: Webhook = { ...common, format: "alertmanager-api", secrets, token: null };
    expect(write(anEvent, webhook).path).toBe("/api/v2/alerts");
    expect(bodyOf(webhook)).toMatchObject([
      { labels: { severity: "warning" }, endsAt: "2026-11-22T08:00:00.005Z" },
      { labels: { severity: "critical" }, endsAt: "2026-11-21T08:00:00.005Z" },
    ]);
    expect(bodyOf(webhook, resolved)).toMatchObject([{ endsAt: "2026-11-21T08:00:01.000Z" }, {}]);
  });

  test("cloudevents: one id for one event, for every webhook", () => {
    const webhook: Webhook = { ...common, format: "cloudevents", secrets, token: null };
    expect(bodyOf(webhook)).toMatchObject({
      specversion: "1.0",
      type: "lastbeat.alert.firing",
      source: "/lastbeat/alerts",
      subject: anEvent.alert.id,
      time: "2026-11-21T08:00:00.005Z",
    });
    expect(bodyOf({ ...webhook, id: "other" })).toEqual(bodyOf(webhook));
    expect(bodyOf(webhook, resolved)).not.toHaveProperty("id", Reflect.get(Object(bodyOf(webhook)), "id"));
  });

  test("pagerduty: trigger, acknowledge and resolve under one key", () => {
    const webhook: Webhook = { ...common, format: "pagerduty", routingKey: "k" };
    const key = { dedup_key: anEvent.alert.id };
    expect(bodyOf(webhook)).toMatchObject({ ...key, event_action: "trigger", payload: { severity: "warning" } });
    const acknowledged = changed({ type: "alert.acknowledged", alert: { acknowledgedBy: "Ada" } });
    expect(bodyOf(webhook, acknowledged)).toEqual({ ...key, event_action: "acknowledge" });
    expect(bodyOf(webhook, resolved)).toEqual({ ...key, event_action: "resolve" });
    const [one, two] = ["1", "2"].map((end) => bodyOf(webhook, changed({ alert: { id: `${"x".repeat(400)}${end}` } })));
    expect(Reflect.get(Object(one), "dedup_key")).not.toBe(Reflect.get(Object(two), "dedup_key"));
  });

  test("opsgenie: created under an alias, closed by it", () => {
    const webhook: Webhook = { ...common, format: "opsgenie", apiKey: "k" };
    expect(write(anEvent, webhook)).toMatchObject({
      path: "/v2/alerts",
      body: { alias: anEvent.alert.id, priority: "P3" },
    });
    expect(write(resolved, webhook).path).toBe(`/v2/alerts/${anEvent.alert.id}/close?identifierType=alias`);
  });

  test("telegram: plain text, with a sound for critical alerts only", () => {
    const webhook: Webhook = { ...common, format: "telegram", token: "1:t", chat: "-100", thread: null };
    const quiet = { chat_id: "-100", disable_notification: true };
    expect(bodyOf(webhook)).toMatchObject(quiet);
    expect(bodyOf(webhook, changed({ alert: { severity: "critical" } }))).toMatchObject({
      disable_notification: false,
    });
    expect(bodyOf(webhook)).not.toHaveProperty("parse_mode");
  });

  test.each<[string, "en" | "zh-CN", string]>([
    ["English", "en", "Firing · warning · heartbeat-late"],
    ["Chinese", "zh-CN", "告警触发 · 警告 · heartbeat-late"],
  ])("chat messages are in %s", (_, language, title) => {
    const body = bodyOf({ ...common, language, format: "feishu", secret: null });
    expect(body).toMatchObject({ card: { header: { template: "orange", title: { content: title } } } });
  });

  test("in Chinese messages names, punctuation and digests are Chinese, and bodies for programs are unchanged", () => {
    const zh = { ...common, language: "zh-CN" } as const;
    const event = changed({ alert: { summary: "scanner@media 已静默 41 秒（推断）" } });
    const { markdown } = Object(bodyOf({ ...zh, format: "wecom" }, event));
    expect(markdown.content.split("\n\n")).toEqual([
      ...["### 告警触发 · 警告 · heartbeat-late", "scanner＠media 已静默 41 秒（推断）", "> broker：main"],
      ...["> 客户端：scanner＠media", "> 数值：1", "> 阈值：1", "> 开始于：2026-11-21T07:59:00.000Z", "> 推断：是"],
    ]);
    const many = writeMany([event, resolved], { ...zh, format: "wecom" }).body;
    expect(JSON.stringify(many)).toContain("变化：2 · 告警：1");
    const prometheus = bodyOf({ ...zh, format: "alertmanager", secrets, token: null }, event);
    expect(prometheus).toMatchObject({ commonLabels: { client: "scanner@media" }, status: "firing" });
    expect(prometheus).toMatchObject({ commonAnnotations: { summary: event.alert.summary } });
    expect(bodyOf({ ...zh, format: "standard", secrets }, event)).toEqual(standardBody(event));
  });

  // Both count bytes of UTF-8, of which a Chinese character is three.
  test.each<[string, Webhook, number]>([
    ["wecom", { ...common, language: "zh-CN", format: "wecom" }, 4_096],
    [
      "dingtalk",
      { ...common, language: "zh-CN", format: "dingtalk", secret: null, at: { mobiles: [], userIds: [], all: false } },
      20_000,
    ],
  ])("%s stays within its limit in bytes with long Chinese names, and uses most of it", (_, webhook, max) => {
    const name = "扫描器媒体库".repeat(200);
    const labels = Object.fromEntries(["broker", "client", "queue", "来源", "runner"].map((label) => [label, name]));
    for (const event of [changed({ alert: { labels, summary: `${name} 没有回来（推断）` } })]) {
      const text = JSON.stringify(bodyOf(webhook, event));
      expect(Buffer.byteLength(Object(bodyOf(webhook, event)).markdown.content ?? text)).toBeLessThanOrEqual(max);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(max + 100);
      expect(Buffer.byteLength(text)).toBeGreaterThan(2_048);
      expect(text).not.toContain("\ufffd");
      for (const part of ["告警触发", "客户端：", "…"]) expect(text).toContain(part);
    }
  });

  test("a test message says in the webhook's language that it is a test", () => {
    const summaryIn = (language: "en" | "zh-CN") => testEvent({ id: "ops", language }, NOW).alert.summary;
    expect([summaryIn("en"), summaryIn("zh-CN")]).toEqual([
      "This is a test of a webhook by Lastbeat; nothing is wrong.",
      "这是 Lastbeat 发送的 webhook 测试，一切正常。",
    ]);
  });
});

describe("the request adds the secrets last", () => {
  const requestFor = (webhook: Webhook) => buildRequest(webhook, write(anEvent, webhook), "msg_1", NOW);

  test("feishu signs an empty text with seconds and secret as the key", () => {
    const body: unknown = JSON.parse(requestFor({ ...common, format: "feishu", secret: "demo" }).body);
    // printf '' | openssl dgst -sha256 -hmac "$(printf '1795248001\ndemo')" -binary | base64
    expect(body).toMatchObject({ timestamp: "1795248001", sign: FEISHU_SIGN });
  });

  test("dingtalk signs milliseconds and secret with the secret", () => {
    const at = { mobiles: [], userIds: [], all: true };
    const url = "https://oapi.example.com/robot/send?access_token=t";
    const { url: address } = requestFor({ ...common, url, format: "dingtalk", secret: "SECdemo", at });
    // printf '1795248001000\nSECdemo' | openssl dgst -sha256 -hmac SECdemo -binary | base64
    expect(Object.fromEntries(address.searchParams)).toEqual({
      access_token: "t",
      timestamp: "1795248001000",
      sign: DING_SIGN,
    });
    expect(address.search).not.toMatch(/[+/]/);
  });

  test("telegram's token is in the path, opsgenie's key in a header", () => {
    const url = "https://api.example.com";
    expect(requestFor({ ...common, url, format: "telegram", token: "1:t", chat: "c", thread: null }).url.href).toBe(
      "https://api.example.com/bot1:t/sendMessage",
    );
    expect(requestFor({ ...common, url, format: "opsgenie", apiKey: "k" }).headers.authorization).toBe("GenieKey k");
  });
});

describe("a custom template", () => {
  const fill = (template: Json, event = anEvent, token: string | null = "t0ken"): unknown => {
    const webhook: Webhook = { ...common, format: "template", secrets, token, template };
    return JSON.parse(buildRequest(webhook, write(event, webhook), "msg_1", NOW).body);
  };

  test.each<[string, Json, Json]>([
    [
      "a text within a text",
      { a: "{{data.alert.rule}} on {{ data.alert.labels.broker }}" },
      { a: "heartbeat-late on main" },
    ],
    ["a single placeholder keeps its type", ["{{data.alert.value}}", "{{data.alert.inferred}}"], [1, true]],
    ["a whole object", { labels: "{{data.alert.labels}}" }, { labels: { broker: "main", client: "scanner@media" } }],
    [
      "a missing value is null, and empty within a longer text",
      ["{{data.nope}}", "<{{data.nope.deeper}}>"],
      [null, "<>"],
    ],
    [
      "nothing inherited",
      ["{{constructor.name}}", "{{__proto__}}", "{{data.alert.labels.toString}}"],
      [null, null, null],
    ],
    ["property names are not filled", { "{{type}}": 1 }, { "{{type}}": 1 }],
    ["the token", { auth: "Key {{token}}" }, { auth: "Key t0ken" }],
    ["other values", [1, true, null, { a: [] }], [1, true, null, { a: [] }]],
  ])("%s", (_, template, body) => expect(fill(template)).toEqual(body));

  test("an alert's text can neither change the shape nor fetch the token", () => {
    const summary = '","admin":true,"x":"{{token}}{{data.alert.id}}';
    const event = changed({ alert: { summary, labels: { "{{token}}": "{{token}}" } } });
    const body = fill({ text: "{{data.alert.summary}}", in: "a {{data.alert.summary}}", all: "{{data.alert}}" }, event);
    expect(Object.keys(Object(body))).toEqual(["text", "in", "all"]);
    expect(JSON.stringify(body)).not.toContain("t0ken");
  });
});

describe("an answer is accepted or refused", () => {
  const LATER = 60_000;
  test.each<[FormatName, number, string, true | readonly [string, number | null]]>([
    ["standard", 204, "", true],
    ["standard", 302, "", ["answered 302: redirects are not followed", null]],
    ["slack", 200, "ok", true],
    ["slack", 200, "<html>", ["answered 200 without ok", null]],
    ["slack", 404, "no_service", ["answered 404 no_service", null]],
    ["slack", 200, "ok\n", true],
    ["slack", 200, "", true],
    ["slack", 204, "", true],
    // Rocket.Chat, Zulip, a workflow trigger of Slack, Mattermost behind a relay.
    ["slack", 200, '{"success":true}', true],
    ["slack", 200, '{"result":"success","msg":""}', true],
    ["slack", 200, '{"ok":true}', true],
    ["slack", 200, '{"ok":true,"error":null}', true],
    ["slack", 200, "success", true],
    ["slack", 202, "Accepted", true],
    ["slack", 200, '{"ok":false,"error":"invalid_auth"}', ["answered 200 invalid_auth", null]],
    ["slack", 200, '{"ok":false,"error":"no channel #m4rk3d"}', ["answered 200 without ok", null]],
    ["slack", 200, '{"success":false,"error":"Invalid integration id"}', ["answered 200 without ok", null]],
    ["slack", 200, '{"result":"error","msg":"x"}', ["answered 200 without ok", null]],
    ["slack", 200, '{"error":"channel_not_found"}', ["answered 200 channel_not_found", null]],
    ["slack", 200, "invalid_payload", ["answered 200 invalid_payload", null]],
    ["slack", 200, "Error: no such hook", ["answered 200 without ok", null]],
    ["slack", 429, '{"ok":false,"error":"ratelimited"}', ["answered 429 ratelimited", null]],
    ["slack", 500, "ok", ["answered 500", null]],
    ["teams", 202, "", true],
    ["teams", 200, "1", true],
    ["teams", 200, "Microsoft Teams endpoint returned HTTP error 429", ["answered 200, and 429 behind it", LATER]],
    ["discord", 204, "", true],
    ["discord", 429, '{"retry_after":1.5,"global":false}', ["answered 429", 1_500]],
    ["telegram", 200, '{"ok":true}', true],
    ["telegram", 200, '{"ok":false}', ["answered 200 without ok", null]],
    ["telegram", 429, '{"ok":false,"parameters":{"retry_after":7}}', ["answered 429", 7_000]],
    ["pagerduty", 202, '{"status":"success"}', true],
    ["pagerduty", 429, "", ["answered 429", null]],
    ["opsgenie", 202, "{}", true],
    ["opsgenie", 200, '{"result":"Request will be processed","requestId":"1"}', true],
    ["opsgenie", 200, '{"result":"","message":"no"}', ["answered 200 instead of 202", null]],
    ["opsgenie", 200, "<html>", ["answered 200 instead of 202", null]],
    ["feishu", 200, '{"code":0,"msg":"success"}', true],
    ["feishu", 200, '{"StatusCode":0,"StatusMessage":"success"}', true],
    ["feishu", 200, '{"code":"0"}', true],
    ["feishu", 200, '{"code":"19021"}', ["answered error 19021", null]],
    ["feishu", 200, '{"code":"sign"}', ["answered 200 without saying that it took the message", null]],
    ["feishu", 200, '{"code":11232,"msg":"frequency limited"}', ["answered error 11232", LATER]],
    ["dingtalk", 200, '{"errcode":0,"errmsg":"ok"}', true],
    ["dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', ["answered error 310000", null]],
    ["dingtalk", 200, '{"errcode":130101}', ["answered error 130101", 10 * LATER]],
    ["wecom", 200, '{"errcode":0}', true],
    ["wecom", 200, '{"errcode":45009}', ["answered error 45009", LATER]],
    ["wecom", 200, "", ["answered 200 without saying that it took the message", null]],
    ["wecom", 502, "", ["answered 502", null]],
  ])("%s: %i %s", (format, status, body, meaning) => {
    const verdict = accepted(format, { status, body });
    expect(verdict.accepted || [renderReason(verdict.reason), verdict.retryAfterMs]).toEqual(meaning);
  });
});

test("a fingerprint is that of Alertmanager: FNV-1a of an empty set is its offset", () => {
  expect(fingerprintOf({})).toBe("cbf29ce484222325");
  expect(fingerprintOf({ a: "b", c: "d" })).toBe(fingerprintOf({ c: "d", a: "b" }));
  expect(fingerprintOf({ ab: "c" })).not.toBe(fingerprintOf({ a: "bc" }));
});
