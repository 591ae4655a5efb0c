import { z } from "zod";

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 random bytes. */
const webhookSecret = z.string().refine((text) => {
  if (!/^whsec_[A-Za-z0-9+/]+=*$/.test(text)) return false;
  const bytes = Buffer.from(text.slice("whsec_".length), "base64").length;
  return bytes >= 24 && bytes <= 64;
}, "whsec_ followed by the base64 of 24 to 64 bytes");

/** While a secret is rotated, its receiver may know either the old or the new one. */
const SECRETS_MAX = 2;
const signed = {
  /** Absent: derived from LASTBEAT_SECRET, and printed once at the first start. */
  secret: z
    .union([webhookSecret, z.array(webhookSecret).min(1).max(SECRETS_MAX)], {
      error: "whsec_ followed by the base64 of 24 to 64 bytes, or a list of two such secrets while one is replaced",
    })
    .transform((secrets): readonly string[] => (typeof secrets === "string" ? [secrets] : secrets))
    .default([]),
};

/** It becomes a header, so it has no spaces or line breaks. */
const token = z.string().regex(/^[\x21-\x7e]{1,4096}$/, "one word of ASCII characters");
const bearer = { token: token.nullable().default(null) };

const SHARED_SECRET = z.string().min(1).max(512).nullable().default(null);
const MENTIONED_MAX = 20;
const mentioned = z.array(z.string().min(1).max(64)).max(MENTIONED_MAX).default([]);

/** A template longer than this is a document, and no message. */
const TEMPLATE_LENGTH_MAX = 16_384;
const template = z
  .json()
  .refine((value) => typeof value === "object" && value !== null, "an object or a list")
  .refine(
    (value) => JSON.stringify(value).length <= TEMPLATE_LENGTH_MAX,
    `at most ${TEMPLATE_LENGTH_MAX} characters as JSON`,
  );

/** A whole day has 1,440 minutes: more than a thousand messages in one of them are no messages to people. */
const RATE_MAX = 1_000;
/** A batch is one body: this many are some two hundred kilobytes as a list. */
const BATCH_MAX = 500;

const RECIPIENTS_MAX = 50;
/** `ops@example.com` or `Lastbeat <ops@example.com>`: no line break, quote or comma, so it is one address for certain. */
const ADDRESS =
  /^(?:[^\s@<>,;:"()[\]\\]+@[A-Za-z0-9.-]+|[^@<>,;:"()[\]\\\p{C}]{1,64} <[^\s@<>,;:"()[\]\\]+@[A-Za-z0-9.-]+>)$/u;
const address = z
  .string()
  .max(320)
  .regex(ADDRESS, "one mail address, such as ops@example.com or Ops <ops@example.com>");
const smtpUrl = z.string().refine((text) => {
  const url = URL.parse(text);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "" && url.search === "" && url.hash === "";
}, "an smtp:// or smtps:// URL");
const PEM_LENGTH_MAX = 65_536;
const mail = {
  smtp: smtpUrl.optional(),
  url: smtpUrl.optional(),
  from: address,
  to: z
    .union([address, z.array(address).min(1).max(RECIPIENTS_MAX)])
    .transform((to) => (typeof to === "string" ? [to] : to)),
  startTls: z.enum(["required", "offered"]).default("required"),
  ca: z
    .string()
    .max(PEM_LENGTH_MAX)
    .startsWith("-----BEGIN CERTIFICATE-----", "a certificate as PEM")
    .nullable()
    .default(null),
};

/** The webhooks of lastbeat.yaml: one shape for each format. `standard` where none is named. */
export function fileWebhook({ id, httpUrl }: { readonly id: z.ZodString; readonly httpUrl: z.ZodType<string> }) {
  const common = {
    id,
    severities: z.array(z.enum(["warning", "critical"])).default(["warning", "critical"]),
    sendResolved: z.boolean().default(true),
    allowPrivate: z.boolean().default(false),
    language: z.enum(["en", "zh-CN"]).default("en"),
    ratePerMinute: z.int().min(1).max(RATE_MAX).nullable().default(null),
    batch: z.int().min(1).max(BATCH_MAX).nullable().default(null),
  };
  const at = { ...common, url: httpUrl };
  const format = <F extends string>(name: F) => ({ format: z.literal(name) });
  const Webhook = z.discriminatedUnion("format", [
    z.strictObject({ ...at, ...format("standard"), ...signed }),
    z.strictObject({ ...at, ...format("cloudevents"), ...signed, ...bearer }),
    z.strictObject({ ...at, ...format("alertmanager"), ...signed, ...bearer }),
    z.strictObject({ ...at, ...format("alertmanager-api"), ...signed, ...bearer }),
    z.strictObject({ ...at, ...format("template"), ...signed, ...bearer, template }),
    z.strictObject({ ...at, ...format("slack") }),
    z.strictObject({ ...at, ...format("teams") }),
    z.strictObject({ ...at, ...format("discord") }),
    z.strictObject({ ...at, ...format("wecom") }),
    z.strictObject({ ...at, ...format("feishu"), secret: SHARED_SECRET }),
    z.strictObject({
      ...at,
      ...format("dingtalk"),
      secret: SHARED_SECRET,
      at: z.strictObject({ mobiles: mentioned, userIds: mentioned, all: z.boolean().default(false) }).prefault({}),
    }),
    z.strictObject({
      ...common,
      ...format("telegram"),
      url: httpUrl.default("https://api.telegram.org"),
      token: z.string().regex(/^[0-9]{1,20}:[A-Za-z0-9_-]{10,100}$/, "a bot's token: digits, a colon, letters"),
      chat: z.union([z.string().min(1).max(64), z.number().int().transform(String)]),
      thread: z.number().int().nullable().default(null),
    }),
    z.strictObject({
      ...common,
      ...format("pagerduty"),
      url: httpUrl.default("https://events.pagerduty.com/v2/enqueue"),
      routingKey: z.string().regex(/^[A-Za-z0-9]{32}$/, "32 letters and digits"),
    }),
    z.strictObject({
      ...common,
      ...format("opsgenie"),
      url: httpUrl.default("https://api.opsgenie.com"),
      apiKey: token,
    }),
    z.strictObject({ ...common, ...format("email"), ...mail }).transform(({ smtp, url, ...rest }, context) => {
      const [one, two] = [smtp ?? url, smtp === undefined ? undefined : url];
      if (one !== undefined && two === undefined) return { ...rest, url: one };
      context.addIssue({ code: "custom", path: ["smtp"], message: "an smtp:// or smtps:// URL, here or in url" });
      return z.NEVER;
    }),
  ]);
  return z.preprocess(withFormat, Webhook);
}

const withFormat = (given: unknown): unknown =>
  typeof given === "object" && given !== null && !("format" in given) ? { ...given, format: "standard" } : given;
