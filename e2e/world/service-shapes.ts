import { z } from "zod";

/** The credentials shared by the simulated services and their senders. */
export const CREDENTIALS = {
  standard: `whsec_${Buffer.alloc(32, "k").toString("base64")}`,
  bearer: "bearer-m4rk3d",
  telegram: "123456789:AAE-m4rk3d_token",
  pagerduty: "0123456789abcdef0123456789abcdef",
  opsgenie: "genie-m4rk3d",
  feishu: "feishu-m4rk3d",
  dingtalk: "SEC-m4rk3d",
} as const;

const text = (max: number) => z.string().min(1).max(max).refine(isShowable, "control characters or broken text");
const bytes = (max: number) =>
  z
    .string()
    .min(1)
    .refine((value) => Buffer.byteLength(value) <= max, `more than ${max} bytes`)
    .refine(isShowable);

/** Well-formed Unicode without control characters other than line breaks. */
function isShowable(value: string): boolean {
  return value.isWellFormed() && [...value].every((one) => one === "\n" || (one >= " " && one !== "\u007f"));
}

/** Slack parses nothing in a plain text: neither markup nor mentions. */
const plainText = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: text(max), emoji: z.literal(false) });

export const Slack = z
  .strictObject({
    // Shown in notifications: the text must contain `&`, `<` and `>` only as complete entities.
    text: text(3_000).refine((value) => !/[<>]|&(?!amp;|lt;|gt;)/.test(value), "markup or half an entity"),
    mrkdwn: z.literal(false),
    blocks: z
      .array(
        z.discriminatedUnion("type", [
          z.strictObject({
            type: z.literal("header"),
            text: plainText(150),
          }),
          z.strictObject({
            type: z.literal("section"),
            text: plainText(3_000).optional(),
            fields: z.array(plainText(2_000)).min(1).max(10).optional(),
          }),
        ]),
      )
      .min(1)
      .max(50),
  })
  .refine((message) => JSON.stringify(message.blocks).length < 13_000, "msg_blocks_too_long");

const TextRun = z.strictObject({
  type: z.literal("TextRun"),
  text: z.string().refine(isShowable),
  weight: z.literal("Bolder").optional(),
  size: z.literal("Medium").optional(),
  color: z.enum(["default", "attention", "warning", "good"]).optional(),
});
export const Teams = z.strictObject({
  type: z.literal("message"),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal("application/vnd.microsoft.card.adaptive"),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal("http://adaptivecards.io/schemas/adaptive-card.json"),
          type: z.literal("AdaptiveCard"),
          version: z.literal("1.4"),
          msteams: z.strictObject({ width: z.literal("Full") }),
          body: z.array(z.strictObject({ type: z.literal("RichTextBlock"), inlines: z.array(TextRun).min(1) })).min(1),
        }),
      }),
    )
    .length(1),
});

const Embed = z
  .strictObject({
    title: text(256),
    description: text(4_096),
    color: z.number().int().min(0).max(0xffffff),
    fields: z.array(z.strictObject({ name: text(256), value: text(1_024), inline: z.boolean() })).max(25),
    footer: z.strictObject({ text: text(2_048) }),
    timestamp: z.iso.datetime(),
  })
  .refine(
    ({ title, description, footer, fields }) =>
      [title, description, footer.text, ...fields.flatMap(({ name, value }) => [name, value])].join("").length <= 6_000,
    "more than 6000 characters",
  );
export const Discord = z.strictObject({
  embeds: z.array(Embed).min(1).max(10),
  allowed_mentions: z.strictObject({ parse: z.array(z.string()).length(0) }),
});

export const Telegram = z.strictObject({
  chat_id: text(64),
  message_thread_id: z.number().int().optional(),
  text: text(4_096),
  disable_notification: z.boolean(),
  link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
});

const name = text(255);
export const PagerDuty = z.discriminatedUnion("event_action", [
  z.strictObject({
    routing_key: z.literal(CREDENTIALS.pagerduty),
    event_action: z.literal("trigger"),
    dedup_key: text(255),
    client: name,
    payload: z.strictObject({
      summary: text(1_024),
      source: name,
      severity: z.enum(["critical", "error", "warning", "info"]),
      timestamp: z.iso.datetime(),
      component: name,
      group: name,
      class: name,
      custom_details: z.record(z.string(), z.string()),
    }),
  }),
  z.strictObject({
    routing_key: z.literal(CREDENTIALS.pagerduty),
    event_action: z.enum(["acknowledge", "resolve"]),
    dedup_key: text(255),
  }),
]);

export const OpsgenieAlert = z.strictObject({
  message: text(130),
  alias: text(512),
  description: text(15_000),
  tags: z.array(text(50).refine((tag) => !tag.includes(","), "a comma")).max(20),
  details: z
    .record(z.string(), z.string().refine(isShowable))
    .refine((details) => Object.entries(details).flat().join("").length <= 8_000, "more than 8000 characters"),
  entity: text(512),
  source: text(100),
  priority: z.enum(["P1", "P2", "P3", "P4", "P5"]),
});
export const OpsgenieNote = z.strictObject({ source: text(100), note: text(25_000) });

const plain = z.strictObject({ tag: z.literal("plain_text"), content: z.string().min(1).refine(isShowable) });
export const Feishu = z.strictObject({
  timestamp: z.string(),
  sign: z.string(),
  msg_type: z.literal("interactive"),
  card: z.strictObject({
    config: z.strictObject({ wide_screen_mode: z.boolean() }),
    header: z.strictObject({ template: z.enum(["red", "orange", "green", "grey"]), title: plain }),
    elements: z.array(
      z.strictObject({
        tag: z.literal("div"),
        text: plain.optional(),
        fields: z.array(z.strictObject({ is_short: z.boolean(), text: plain })).optional(),
      }),
    ),
  }),
});

/** Contains no start of a link, mention, image or HTML tag. */
const harmless = (value: string) => !/[<[`]|\](?=\()|@(?!13800000000\b)/.test(value);
export const Dingtalk = z.strictObject({
  msgtype: z.literal("markdown"),
  markdown: z.strictObject({ title: text(100), text: bytes(20_000).refine(harmless, "markup") }),
  at: z.strictObject({ atMobiles: z.array(z.string()), atUserIds: z.array(z.string()), isAtAll: z.boolean() }),
});
export const Wecom = z.strictObject({
  msgtype: z.literal("markdown"),
  markdown: z.strictObject({ content: bytes(4_096).refine(harmless, "markup") }),
});

const labels = z
  .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().refine(isShowable))
  .refine((set) => set.alertname !== undefined && set.alertname !== "", "no alertname");
export const Alertmanager = z.strictObject({
  version: z.literal("4"),
  groupKey: z.string(),
  truncatedAlerts: z.number().int(),
  status: z.enum(["firing", "resolved"]),
  receiver: z.string(),
  groupLabels: labels,
  commonLabels: labels,
  commonAnnotations: z.record(z.string(), z.string()),
  externalURL: z.string(),
  alerts: z
    .array(
      z.strictObject({
        status: z.enum(["firing", "resolved"]),
        labels,
        annotations: z.record(z.string(), z.string()),
        startsAt: z.iso.datetime(),
        endsAt: z.iso.datetime(),
        generatorURL: z.string(),
        fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
      }),
    )
    .min(1),
});
export const AlertmanagerApi = z
  .array(
    z.strictObject({
      labels,
      annotations: z.record(z.string(), z.string()),
      startsAt: z.iso.datetime(),
      endsAt: z.iso.datetime(),
    }),
  )
  .min(1);

export const Standard = z.strictObject({
  type: z.enum(["alert.firing", "alert.resolved", "alert.acknowledged", "alert.flapping", "webhook.test"]),
  timestamp: z.iso.datetime(),
  data: z.strictObject({ alert: z.looseObject({ id: z.string(), summary: z.string() }) }),
});
export const CloudEvent = z.strictObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().regex(/^lastbeat\./),
  subject: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal("application/json"),
  data: Standard,
});
