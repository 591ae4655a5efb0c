import { z } from "zod";
import { fileWebhook } from "@/lib/config/webhook";
import { parseDuration } from "@/lib/time/duration";

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, . _ - and at most 64 of them");
const httpUrl = z.string().refine((text) => /^https?:$/.test(protocolOf(text)), "an http:// or https:// URL");
const amqpUrl = z.string().refine((text) => /^amqps?:$/.test(protocolOf(text)), "an amqp:// or amqps:// URL");
const databaseUrl = z.string().refine((text) => /^postgres(ql)?:$/.test(protocolOf(text)), "a postgres:// URL");
const duration = z.union([z.number().nonnegative(), z.string()]).transform((value, context) => {
  const ms = typeof value === "number" ? value * 1000 : parseDuration(value);
  if (ms !== null) return ms;
  context.addIssue({ code: "custom", message: 'a duration such as "30s" or "5m", or a number of seconds' });
  return z.NEVER;
});
const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, "u");
  } catch {
    context.addIssue({ code: "custom", message: "not a regular expression" });
    return z.NEVER;
  }
});

function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return "";
  }
}

/** Faster than the 5 s in which RabbitMQ renews its numbers buys little; slower than a minute misses too much. */
const brokerPoll = z.number().min(1).max(60).default(5);
const sourcePoll = z.number().min(1).max(3600);

const Clients = z.strictObject({
  strip: z.array(pattern).max(50).default([]),
  /** How long a client may be away before it is lost. Absent: as long as its library goes on trying, and a minute. */
  giveUp: duration.optional(),
  /** A number of consumers held for this long is expected of the client from then on. */
  learnConsumers: duration.prefault("10m"),
  /** The usual number of connections of a client is the median of this long. */
  learnSessions: duration.prefault("24h"),
});

/** The Prometheus port answers for its own node only, so a cluster needs one for each. */
const NODES_MAX = 20;
const metricsUrls = z
  .union([httpUrl, z.array(httpUrl).max(NODES_MAX)], {
    error: "an http:// or https:// URL, or a list of one for each node",
  })
  .transform((urls): readonly string[] => (typeof urls === "string" ? [urls] : urls));

const Broker = z.strictObject({
  id,
  managementUrl: httpUrl,
  amqpUrl: amqpUrl.optional(),
  metricsUrl: metricsUrls.default([]),
  pollSeconds: brokerPoll,
  clients: Clients.prefault({}),
});

const source = { id, databaseUrl };
const Source = z.discriminatedUnion("kind", [
  z.strictObject({ ...source, kind: z.literal("bitmagnet"), pollSeconds: sourcePoll.default(15) }),
  z.strictObject({ ...source, kind: z.literal("peertube"), pollSeconds: sourcePoll.default(15) }),
]);

const FileRule = z.strictObject({
  id,
  signal: z.string(),
  match: z.record(z.string(), z.string()).default({}),
  comparison: z.enum(["above", "below"]).default("above"),
  warning: z.number().nullable().default(null),
  critical: z.number().nullable().default(null),
  for: duration.default(0),
  clearBelow: z.number().nullable().default(null),
  clearAbove: z.number().nullable().default(null),
});

/** Short enough to type, long enough that guessing it takes longer than the token it signs lives. */
const SECRET_LENGTH_MIN = 16;

const Embeds = z.strictObject({
  secret: z.string().min(SECRET_LENGTH_MIN).optional(),
  origins: z
    .array(
      z.string().refine((text) => {
        try {
          return new URL(text).origin === text && /^https?:/.test(text);
        } catch {
          return false;
        }
      }, "an origin such as https://admin.example.com, without a path"),
    )
    .max(100)
    .default([]),
});

const unique = <T extends { id: string }>(schema: z.ZodType<T>) =>
  z
    .array(schema)
    .max(200)
    .default([])
    .superRefine((list, context) => {
      list.forEach((one, at) => {
        if (list.findIndex((other) => other.id === one.id) !== at) {
          context.addIssue({ code: "custom", path: [at, "id"], message: `"${one.id}" is used twice` });
        }
      });
    });

export const FileConfig = z.strictObject({
  brokers: unique(Broker),
  sources: unique(Source),
  rules: unique(FileRule),
  webhooks: unique(fileWebhook({ id, httpUrl })),
  embeds: Embeds.default({ origins: [] }),
});
export type FileConfig = z.infer<typeof FileConfig>;
export type BrokerConfig = FileConfig["brokers"][number];
export type SourceConfig = FileConfig["sources"][number];
