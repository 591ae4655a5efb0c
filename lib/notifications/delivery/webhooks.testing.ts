import type { WebhookEvent } from "@/lib/notifications/formats/event";
import type { Webhook } from "@/lib/notifications/formats/webhook";

/** Two secrets of Standard Webhooks. */
export const SECRETS = ["k", "q"].map((letter) => `whsec_${Buffer.alloc(32, letter).toString("base64")}`);

export const aWebhook = (url: string): Extract<Webhook, { readonly format: "standard" }> => ({
  id: "ops",
  url,
  format: "standard",
  secrets: SECRETS.slice(0, 1),
  severities: ["warning", "critical"],
  sendResolved: true,
  allowPrivate: true,
  language: "en",
  ratePerMinute: null,
  batch: null,
});

/** The event of a late client. */
export const anEvent: WebhookEvent = {
  type: "alert.firing",
  atMs: Date.UTC(2026, 10, 21, 8, 0, 0, 5),
  alert: {
    id: "heartbeat-late-0000-1",
    rule: "heartbeat-late",
    severity: "warning",
    labels: { broker: "main", client: "scanner@media" },
    value: 1,
    threshold: 1,
    startedMs: Date.UTC(2026, 10, 21, 7, 59, 0),
    resolvedMs: null,
    summary: "scanner@media silent 41 s of 60 s (inferred)",
    inferred: true,
    acknowledgedBy: null,
  },
};

type Changes = Partial<Omit<WebhookEvent, "alert">> & { readonly alert?: Partial<WebhookEvent["alert"]> };

export const changed = ({ alert, ...rest }: Changes): WebhookEvent => ({
  ...anEvent,
  ...rest,
  alert: { ...anEvent.alert, ...alert },
});

const NASTY =
  "😀👩‍👩‍👧‍👦🇨🇳é漢字テスト\u0000\u0007\u001b[31m\u202e\ud800<script>alert('x')</script> & <!channel> @everyone @all [x](http://e.example) " +
  '`code` *b* _i_ ~s~ ||spoiler|| "quoted" \\n {{token}} {{data.alert.id}} <@all> \r\n# heading\n> quote ';

/** Ten thousand characters of everything, for every text of an event. */
export const MONSTER_TEXT = NASTY.repeat(Math.ceil(10_000 / NASTY.length)).slice(0, 10_000);

export const monster = (type: WebhookEvent["type"]): WebhookEvent =>
  changed({
    type,
    alert: {
      id: `monster-${"漢😀".repeat(500)}`,
      severity: "critical",
      summary: MONSTER_TEXT,
      value: null,
      labels: Object.fromEntries(
        Array.from({ length: 60 }, (_, at) => [
          at === 0 ? "client" : `${at}${MONSTER_TEXT}`,
          at === 1 ? "" : MONSTER_TEXT,
        ]),
      ),
      resolvedMs: type === "alert.resolved" ? anEvent.atMs : null,
      acknowledgedBy: type === "alert.acknowledged" ? MONSTER_TEXT : null,
    },
  });
