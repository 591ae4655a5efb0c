import { z } from "zod";
import { bearerToken } from "@/lib/config/bearer-token";
import { pemFile } from "@/lib/config/tls-files";
import { hasDecodableCredentials, PERCENT_ENCODE } from "@/lib/config/urls";

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 random bytes. */
const webhookSecret = z.string().refine((text) => {
  if (!/^whsec_[A-Za-z0-9+/]+=*$/.test(text)) return false;
  const bytes = Buffer.from(text.slice("whsec_".length), "base64").length;
  return bytes >= 24 && bytes <= 64;
}, "whsec_ followed by the base64 of 24 to 64 bytes");

/** While a secret is rotated, the receiver may have the old one or the new one. */
const SECRETS_MAX = 2;
const signed = {
  /** By default it is derived from LASTBEAT_SECRET and printed once, at the first start. */
  secret: z
    .union([webhookSecret, z.array(webhookSecret).min(1).max(SECRETS_MAX)], {
      error: "whsec_ followed by the base64 of 24 to 64 bytes, or a list of two such secrets while one is replaced",
    })
    .transform((secrets): readonly string[] => (typeof secrets === "string" ? [secrets] : secrets))
    .default([]),
};

const TOKEN_LENGTH_MAX = 4_096;
const bearer = { token: bearerToken.max(TOKEN_LENGTH_MAX).nullable().default(null) };

const SHARED_SECRET = z.string().min(1).max(512).nullable().default(null);
const MENTIONS_MAX = 20;
const mentions = z.array(z.string().min(1).max(64)).max(MENTIONS_MAX).default([]);

/** A longer template is a document and not a message. */
const TEMPLATE_LENGTH_MAX = 16_384;
const template = z
  .json()
  .refine((value) => typeof value === "object" && value !== null, "an object or a list")
  .refine(
    (value) => JSON.stringify(value).length <= TEMPLATE_LENGTH_MAX,
    `at most ${TEMPLATE_LENGTH_MAX} characters as JSON`,
  );

/** Nobody reads more than a thousand messages a minute. */
const RATE_MAX = 1_000;
/** A batch is one request body: this many alerts are some two hundred kilobytes as a list. */
const BATCH_MAX = 500;

const RECIPIENTS_MAX = 50;
/** `ops@example.com` or `Lastbeat <ops@example.com>`. Without line break, quote or comma it is certainly one address. */
const ADDRESS =
  /^(?:[^\s@<>,;:"()[\]\\]+@[A-Za-z0-9.-]+|[^@<>,;:"()[\]\\\p{C}]{1,64} <[^\s@<>,;:"()[\]\\]+@[A-Za-z0-9.-]+>)$/u;
const address = z
  .string()
  .max(320)
  .regex(ADDRESS, "one mail address, such as ops@example.com or Ops <ops@example.com>");
const smtpUrl = z
  .string()
  .refine((text) => {
    const url = URL.parse(text);
    return (
      url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "" && url.search === "" && url.hash === ""
    );
  }, "an smtp:// or smtps:// URL")
  .refine(hasDecodableCredentials, PERCENT_ENCODE);
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

/** The webhooks of lastbeat.yaml: one schema for each format, `standard` by default. */
export function fileWebhook({ id, httpUrl }: { readonly id: z.ZodString; readonly httpUrl: z.ZodType<string> }) {
  const common = {
    id,
    severities: z.array(z.enum(["warning", "critical"])).default(["warning", "critical"]),
    sendResolved: z.boolean().default(true),
    allowPrivate: z.boolean().default(false),
    caFile: pemFile,
    language: z.enum(["en", "zh-CN"]).default("en"),
    ratePerMinute: z.int().min(1).max(RATE_MAX).nullable().default(null),
    batch: z.int().min(1).max(BATCH_MAX).nullable().default(null),
  };
  const withUrl = { ...common, url: httpUrl };
  const format = <F extends string>(name: F) => ({ format: z.literal(name) });
  const Webhook = z.discriminatedUnion("format", [
    z.strictObject({ ...withUrl, ...format("standard"), ...signed }),
    z.strictObject({ ...withUrl, ...format("cloudevents"), ...signed, ...bearer }),
    z.strictObject({ ...withUrl, ...format("alertmanager"), ...signed, ...bearer }),
    z.strictObject({ ...withUrl, ...format("alertmanager-api"), ...signed, ...bearer }),
    z.strictObject({ ...withUrl, ...format("template"), ...signed, ...bearer, template }),
    z.strictObject({ ...withUrl, ...format("slack") }),
    z.strictObject({ ...withUrl, ...format("teams") }),
    z.strictObject({ ...withUrl, ...format("discord") }),
    z.strictObject({ ...withUrl, ...format("wecom") }),
    z.strictObject({ ...withUrl, ...format("feishu"), secret: SHARED_SECRET }),
    z.strictObject({
      ...withUrl,
      ...format("dingtalk"),
      secret: SHARED_SECRET,
      at: z.strictObject({ mobiles: mentions, userIds: mentions, all: z.boolean().default(false) }).prefault({}),
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
      apiKey: bearerToken.max(TOKEN_LENGTH_MAX),
    }),
    z.strictObject({ ...common, ...format("email"), ...mail }).transform(({ smtp, url, ...rest }, context) => {
      const given = [smtp, url].filter((address) => address !== undefined);
      const [server] = given;
      if (server !== undefined && given.length === 1) return { ...rest, url: server };
      context.addIssue({ code: "custom", path: ["smtp"], message: "an smtp:// or smtps:// URL, here or in url" });
      return z.NEVER;
    }),
  ]);
  return z.preprocess(withFormat, Webhook);
}

const withFormat = (input: unknown): unknown =>
  typeof input === "object" && input !== null && !("format" in input) ? { ...input, format: "standard" } : input;
