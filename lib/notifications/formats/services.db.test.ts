import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "@/e2e/world/receiver";
import { CREDENTIALS } from "@/e2e/world/service-shapes";
import { SERVICES } from "@/e2e/world/services";
import { LOCALES } from "@/lib/base/messages/locale";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { send } from "@/lib/notifications/delivery/send";
import { anEvent, aWebhook, changed, MONSTER_TEXT, monster } from "@/lib/notifications/delivery/webhooks.testing";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import type { FormatName, Webhook } from "@/lib/notifications/formats/webhook";

const TYPES = [
  "alert.firing",
  "alert.resolved",
  "alert.acknowledged",
  "alert.flapping",
  "webhook.test",
] as const satisfies readonly WebhookEvent["type"][];

const { secrets, format: _, ...common } = aWebhook("");
const token = CREDENTIALS.bearer;
const at = { mobiles: ["13800000000"], userIds: [], all: false };

/** Each format with the credentials of its service, and what follows the receiver's address. */
const CHANNELS: Readonly<
  Record<Exclude<FormatName, "template" | "email">, readonly [string, (url: string) => Webhook]>
> = {
  standard: ["", (url) => ({ ...common, url, format: "standard", secrets })],
  cloudevents: ["", (url) => ({ ...common, url, format: "cloudevents", secrets, token })],
  alertmanager: ["", (url) => ({ ...common, url, format: "alertmanager", secrets, token })],
  "alertmanager-api": ["", (url) => ({ ...common, url, format: "alertmanager-api", secrets, token })],
  slack: ["", (url) => ({ ...common, url, format: "slack" })],
  teams: ["", (url) => ({ ...common, url, format: "teams" })],
  discord: ["", (url) => ({ ...common, url, format: "discord" })],
  telegram: ["", (url) => ({ ...common, url, format: "telegram", token: CREDENTIALS.telegram, chat: "-1", thread: 7 })],
  pagerduty: ["", (url) => ({ ...common, url, format: "pagerduty", routingKey: CREDENTIALS.pagerduty })],
  opsgenie: ["", (url) => ({ ...common, url, format: "opsgenie", apiKey: CREDENTIALS.opsgenie })],
  feishu: ["", (url) => ({ ...common, url, format: "feishu", secret: CREDENTIALS.feishu })],
  dingtalk: [
    "?access_token=m4rk3d",
    (url) => ({ ...common, url, format: "dingtalk", secret: CREDENTIALS.dingtalk, at }),
  ],
  wecom: ["?key=m4rk3d", (url) => ({ ...common, url, format: "wecom" })],
};

const post = (webhook: Webhook, event: WebhookEvent) =>
  send(webhook, { id: "msg_1", event }, { now: Date.now, signal: new AbortController().signal });

describe.each(Object.keys(SERVICES) as (keyof typeof SERVICES)[])(
  "%s, sent to a service that enforces its rules",
  (format) => {
    const [suffix, make] = CHANNELS[format];
    let service: Receiver;
    let webhook: Webhook;
    beforeAll(async () => {
      service = await startReceiver({ service: SERVICES[format] });
      webhook = make(`${service.url}${suffix}`);
    });
    afterAll(() => service.stop());
    const faults = () => service.received.at(-1)?.faults;

    test.each(LOCALES.flatMap((language) => TYPES.map((type) => [type, language] as const)))(
      "%s in %s is accepted, an ordinary event and the monster",
      async (type, language) => {
        for (const event of [changed({ type, alert: endOf(type) }), monster(type)]) {
          const sent = await post({ ...webhook, language }, event);
          expect([faults(), sent.reason, sent.accepted]).toEqual([[], null, true]);
        }
      },
    );

    test("an event that is full to each limit is accepted, in either language", async () => {
      const letters = ["a", "漢", "😀", "&", "\\", '"', "\n", "👩‍👩‍👧‍👦", "e\u0301\u0302"];
      for (const [at, letter] of letters.entries()) {
        const text = letter.repeat(10_000);
        const labels = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`label${n}${text}`, text]));
        const event = changed({ alert: { summary: text, labels, rule: "r", id: text.slice(0, 2_000) } });
        const sent = await post({ ...webhook, language: at % 2 === 0 ? "en" : "zh-CN" }, event);
        expect([letter, faults(), sent.reason]).toEqual([letter, [], null]);
      }
    });

    test("a wrong credential or a broken body is refused, and the reason reveals no secret", async () => {
      const wrong = { ...webhook, url: `${webhook.url.split("?")[0]}/elsewhere`, ...WRONG };
      const sent = await post(wrong, anEvent);
      if (PUBLIC.includes(format)) return expect(sent.accepted).toBe(true);
      expect(faults()).not.toEqual([]);
      expect(sent.accepted).toBe(false);
      expect(renderReasonOrNull(sent.reason)).toMatch(/^answered (\d{3}|error \d+)( [a-z_]+)?$/);
    });
  },
);

/** Their address is their credential: a receiver on a port cannot check anything else. */
const PUBLIC: readonly string[] = ["slack", "teams", "discord"];
const WRONG = {
  secrets: [`whsec_${Buffer.alloc(32, "w").toString("base64")}`],
  secret: "wrong",
  token: "1:wrong",
  routingKey: "wrong",
  apiKey: "wrong",
};

const endOf = (type: WebhookEvent["type"]): Partial<WebhookEvent["alert"]> =>
  type === "alert.resolved"
    ? { resolvedMs: anEvent.atMs }
    : type === "alert.acknowledged"
      ? { acknowledgedBy: "Ada" }
      : {};

test("the monster has ten thousand characters with everything in them", () => {
  expect(MONSTER_TEXT).toHaveLength(10_000);
  for (const part of ["😀", "漢", "\u0000", "<script>", "@everyone", "{{token}}"]) expect(MONSTER_TEXT).toContain(part);
});
