import { describe, expect, test } from "vitest";
import { aWebhook, changed } from "@/lib/notifications/delivery/webhooks.testing";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { inert, withoutEmphasis } from "@/lib/notifications/formats/inert";
import { write, writeMany } from "@/lib/notifications/formats/registry";
import type { Webhook } from "@/lib/notifications/formats/webhook";

const { format: _, secrets: __, ...common } = aWebhook("https://hooks.example.com/x");
const HOSTILE =
  "@everyone <!channel> <@U1> @all @name #tag /start [x](http://e.example) https://evil.example *a* _b_ ~c~ `d` **e** evil.example \u202egpj\u2066\u200f";
/** The same in a label's name, its value, the sentence and the rule. */
const event = changed({
  alert: { rule: HOSTILE, summary: HOSTILE, labels: { [HOSTILE]: HOSTILE, queue: HOSTILE } },
});

const CHATS: Readonly<Record<string, Webhook>> = {
  slack: { ...common, format: "slack" },
  discord: { ...common, format: "discord" },
  teams: { ...common, format: "teams" },
  telegram: { ...common, format: "telegram", token: "1:t", chat: "1", thread: null },
  feishu: { ...common, format: "feishu", secret: null },
  wecom: { ...common, format: "wecom" },
  dingtalk: { ...common, format: "dingtalk", secret: null, at: { mobiles: [], userIds: [], all: false } },
};

/** Every text of a body that holds something of the event. */
function textsOf(body: unknown): string[] {
  if (typeof body === "string") return /evil|everyone/.test(body) ? [body] : [];
  if (typeof body !== "object" || body === null) return [];
  return Object.values(body).flatMap(textsOf);
}

const bodiesOf = (webhook: Webhook, of: WebhookEvent = event): readonly unknown[] => [
  write(of, webhook).body,
  writeMany([of, of], webhook).body,
];

/** What a service would act on in any text that it is sent. */
const ACTS: Readonly<Record<string, RegExp>> = {
  // Its blocks are plain text, and the text beside them is checked below.
  slack: /^$/,
  discord: /(?<!\\)[*_~`|<>[\]()#@]/,
  teams: /^$/,
  telegram: /[@#](?!\u2060)\S|(?<=[a-z])\.(?=[a-z])|(?<!\S)\/(?!\u2060)/,
  feishu: /<at/,
  wecom: /[<[\]`#@*~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
  dingtalk: /[<[\]`#@*~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
};

describe.each(Object.entries(CHATS))("%s", (name, webhook) => {
  test("no text of the message mentions, links or formats", () => {
    const bodies = bodiesOf(webhook);
    for (const text of bodies.flatMap(textsOf)) {
      expect(text).not.toMatch(/:\/\//);
      expect(text).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
      const own = name === "wecom" || name === "dingtalk" ? text.replace(/^### |^> /gm, "") : text;
      expect(own).not.toMatch(ACTS[name] ?? /^$/);
    }
    expect(bodies.flatMap(textsOf).length).toBeGreaterThan(1);
  });
});

test("slack: every block is plain text, and the text beside them is not parsed and mentions nobody", () => {
  for (const body of bodiesOf({ ...common, format: "slack" })) {
    const { text, mrkdwn, blocks } = Object(body);
    expect(mrkdwn).toBe(false);
    expect(text).not.toMatch(/<|@(?!\u2060)/);
    expect(JSON.stringify(blocks)).not.toContain('"mrkdwn"');
  }
});

test("discord: nobody is mentioned whatever a text says", () => {
  for (const body of bodiesOf({ ...common, format: "discord" })) {
    expect(body).toMatchObject({ allowed_mentions: { parse: [] } });
  }
});

test("telegram, feishu and teams are sent without markup", () => {
  const bodies = ["telegram", "feishu", "teams"].flatMap((name) =>
    bodiesOf(CHATS[name] ?? { ...common, format: "slack" }),
  );
  expect(JSON.stringify(bodies)).not.toMatch(/parse_mode|"lark_md"|"tag":"markdown"|"type":"TextBlock"/);
});

test.each([
  ["worker@host", "worker@\u2060host"],
  ["http://a.b/c", "http:\u2060//a.\u2060b/c"],
  ["#3 and a/b", "#\u20603 and a/b"],
  ["after 1.5 s. Then", "after 1.5 s. Then"],
  ["a @ b", "a @ b"],
])("inert: %s", (text, expected) => expect(inert(text)).toBe(expected));

test.each([
  ["queue_jobs", "queue_jobs"],
  ["_private_ x_", "＿private＿ x＿"],
  ["orders.*", "orders.＊"],
])("without emphasis: %s", (text, expected) => expect(withoutEmphasis(text)).toBe(expected));
