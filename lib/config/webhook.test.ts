import { describe, expect, test } from "vitest";
import { parseConfig } from "@/lib/config/parse";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

test.each<[string, string, object]>([
  ["one secret", `url: http://x, secret: ${SECRET}`, { format: "standard", secret: [SECRET], language: "en" }],
  ["two secrets", `url: http://x, secret: [${SECRET}, ${SECRET}]`, { secret: [SECRET, SECRET] }],
  ["no secret", "url: http://x", { secret: [] }],
  ["a token", "url: http://x, format: alertmanager, token: abc", { token: "abc", secret: [] }],
  ["a template", 'url: http://x, format: template, template: { a: "{{type}}" }', { template: { a: "{{type}}" } }],
  [
    "telegram and a numeric chat",
    "format: telegram, token: '123:abcdefghij_-', chat: -100123",
    { url: "https://api.telegram.org", chat: "-100123", thread: null },
  ],
  [
    "pagerduty",
    "format: pagerduty, routingKey: 0123456789abcdef0123456789abcdef, language: zh-CN",
    { url: "https://events.pagerduty.com/v2/enqueue", language: "zh-CN" },
  ],
  ["opsgenie", "format: opsgenie, apiKey: k", { url: "https://api.opsgenie.com" }],
  ["feishu without a signature", "format: feishu, url: http://x", { secret: null }],
  [
    "dingtalk",
    "format: dingtalk, url: http://x, secret: SEC1, at: { all: true }",
    { secret: "SEC1", at: { mobiles: [], userIds: [], all: true } },
  ],
])("a webhook with %s", (_, text, webhook) => {
  const { config, faults } = parseConfig(`webhooks: [{ id: w, ${text} }]`, {});
  expect([faults, config?.webhooks]).toEqual([[], [expect.objectContaining(webhook)]]);
});

const MAIL = {
  id: "mail",
  format: "email",
  smtp: "smtps://u:p@mail.example.com",
  from: "a@example.com",
  to: "b@example.com",
};
const mail = (change: object) => parseConfig(JSON.stringify({ webhooks: [{ ...MAIL, ...change }] }), {});
const pathsOf = ({ faults }: ReturnType<typeof parseConfig>) => faults.map(({ path }) => path);

describe("an email webhook", () => {
  test("has one SMTP server and a list of recipients", () => {
    expect(mail({}).config?.webhooks).toMatchObject([
      { url: MAIL.smtp, to: ["b@example.com"], startTls: "required", ca: null, ratePerMinute: null, batch: null },
    ]);
    const url = mail({
      smtp: undefined,
      url: "smtp://mail.example.com:587",
      to: ["a@example.com", "B <b@example.com>"],
    });
    expect(url.config?.webhooks).toMatchObject([{ to: ["a@example.com", "B <b@example.com>"] }]);
  });

  test.each<[string, object, string]>([
    ["no server", { smtp: undefined }, "webhooks[0].smtp"],
    ["two servers", { url: MAIL.smtp }, "webhooks[0].smtp"],
    ["another protocol", { smtp: "https://mail.example.com" }, "webhooks[0].smtp"],
    ["options in the URL", { smtp: "smtp://mail.example.com?secure=false" }, "webhooks[0].smtp"],
    ["a header behind an address", { to: "b@example.com\r\nBcc: c@example.com" }, "webhooks[0].to"],
    ["a header in a name", { from: "x\r\nBcc: c@example.com <a@example.com>" }, "webhooks[0].from"],
    ["two addresses in one", { to: "b@example.com, c@example.com" }, "webhooks[0].to"],
    ["no recipient", { to: [] }, "webhooks[0].to"],
    ["a path in place of a certificate", { ca: "/etc/ssl/ca.pem" }, "webhooks[0].ca"],
    ["a rate of zero", { ratePerMinute: 0 }, "webhooks[0].ratePerMinute"],
    ["half an alert as a batch", { batch: 0.5 }, "webhooks[0].batch"],
  ])("is refused with %s", (_, change, path) => expect(pathsOf(mail(change))).toEqual([path]));

  test("has faults without secrets", () => {
    expect(JSON.stringify(mail({ smtp: "https://u:m4rk3d@x", to: "m4rk3d\n" }).faults)).not.toContain("m4rk3d");
  });
});

describe("a watchdog", () => {
  const heartbeat = (change: object) =>
    parseConfig(JSON.stringify({ heartbeats: [{ id: "night", url: "https://hc.example.com/ping/x", ...change }] }), {});
  test("is pinged every minute by default", () => {
    expect(heartbeat({}).config?.heartbeats).toEqual([
      { id: "night", url: "https://hc.example.com/ping/x", format: "ping", everySeconds: 60, allowPrivate: false },
    ]);
  });
  test.each<[string, object, string]>([
    ["with a short interval", { everySeconds: 1 }, "heartbeats[0].everySeconds"],
    ["in another format", { format: "pong" }, "heartbeats[0].format"],
    ["at a URL of another protocol", { url: "ftp://x" }, "heartbeats[0].url"],
  ])("is refused %s", (_, change, path) => expect(pathsOf(heartbeat(change))).toEqual([path]));
});
