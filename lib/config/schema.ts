import { z } from "zod";
import { SECOND } from "@/lib/base/time/duration";
import { duration } from "@/lib/config/duration";
import { fileHeartbeat } from "@/lib/config/heartbeats";
import { noticesConfig } from "@/lib/config/notifications";
import { fileRule } from "@/lib/config/rule";
import { fileWebhook } from "@/lib/config/webhook";
import { RETRY_AFTER_SECONDS } from "@/lib/sources/adapters/laravel/laravel";
import { adapterOf, TABLE_ADAPTERS } from "@/lib/sources/adapters/registry";
import { QUERY_CHARS_MAX, statementFault } from "@/lib/sources/adapters/sql/queries";
import type { Adapter } from "@/lib/sources/jobs/source";

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, . _ - and at most 64 of them");
const httpUrl = z.string().refine((text) => /^https?:$/.test(protocolOf(text)), "an http:// or https:// URL");
const amqpUrl = z.string().refine((text) => /^amqps?:$/.test(protocolOf(text)), "an amqp:// or amqps:// URL");
const databaseUrl = z.string().refine((text) => /^postgres(ql)?:$/.test(protocolOf(text)), "a postgres:// URL");
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

/** More runners than any installation has; a typo with a zero too many is told. */
const RUNNERS_EXPECTED_MAX = 10_000;
/** With a number expected, fewer runners than that are an alert. */
const Runners = z.strictObject({ expected: z.int().min(1).max(RUNNERS_EXPECTED_MAX) }).optional();

/** Unless its kind costs more to read, a source is asked this often. */
const SOURCE_POLL_SECONDS = 15;
const SOURCE_POLL_SECONDS_MAX = 3600;
/** PostgreSQL cuts names off here, so a longer one is another schema than it says. */
const SCHEMA_LENGTH_MAX = 63;
const schemaName = z
  .string()
  .max(SCHEMA_LENGTH_MAX)
  .regex(/^[A-Za-z_][A-Za-z0-9_$-]*$/, "the name of one schema");

const pollEvery = (adapter: Pick<Adapter, "leastIntervalMs">) => {
  const least = adapter.leastIntervalMs / SECOND;
  return z.number().min(least).max(SOURCE_POLL_SECONDS_MAX).default(Math.max(SOURCE_POLL_SECONDS, least));
};
const tableSource = <Kind extends string>(adapter: Adapter<Kind>) =>
  z.strictObject({
    id,
    databaseUrl,
    runners: Runners,
    kind: z.literal(adapter.kind),
    pollSeconds: pollEvery(adapter),
    /** Where the tables are, when not where the system itself puts them. */
    schema: schemaName.optional(),
  });

/** `/jobs` of RoadRunner declares each queue passively: a queue that is missing closes a channel and starts a redial. */
const ROADRUNNER_SECONDS_MIN = 15;
/** PATH_MAX of Linux. */
const CONFIG_PATH_MAX = 4_096;
const RoadRunner = z.strictObject({
  id,
  kind: z.literal("roadrunner"),
  statusUrl: httpUrl,
  metricsUrl: httpUrl.optional(),
  /** Its .rr.yaml, where Lastbeat can read it: it is checked as it changes, and its findings are shown. */
  configFile: z.string().min(1).max(CONFIG_PATH_MAX).optional(),
  pollSeconds: z.number().min(ROADRUNNER_SECONDS_MIN).max(SOURCE_POLL_SECONDS_MAX).default(ROADRUNNER_SECONDS_MIN),
});
const FastStream = z.strictObject({
  id,
  kind: z.literal("faststream"),
  metricsUrl: httpUrl,
  metricsPrefix: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "the start of metric names, such as faststream")
    .default("faststream"),
  /** Name or id of its client in RabbitMQ. */
  client: z.string().optional(),
  pollSeconds: z.number().min(1).max(SOURCE_POLL_SECONDS_MAX).default(SOURCE_POLL_SECONDS),
});
const APPLICATIONS = [RoadRunner, FastStream] as const;

/** Longer than a day no job is worked on; a connection of Laravel's has one. */
const RETRY_AFTER_SECONDS_MAX = 86_400;
const laravelSource = tableSource({ ...adapterOf({ kind: "laravel" }), kind: "laravel" }).extend({
  retryAfterSeconds: z.number().int().min(1).max(RETRY_AFTER_SECONDS_MAX).default(RETRY_AFTER_SECONDS),
});

const statement = z
  .string()
  .max(QUERY_CHARS_MAX)
  .superRefine((text, context) => {
    const message = statementFault(text);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
const Queries = z.strictObject({
  counts: statement,
  oldest: statement.optional(),
  retry: statement.optional(),
  errors: statement.optional(),
  owners: statement.optional(),
});
const sqlSource = tableSource({ ...adapterOf({ kind: "sql", queries: { counts: "" } }), kind: "sql" }).extend({
  queries: Queries,
});

const apiUrl = httpUrl.refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url === null || (url.username === "" && url.search === "" && url.hash === "");
}, "a plain URL: the user stands in username and password");
const peertubeTables = tableSource({ ...adapterOf({ kind: "peertube" }), kind: "peertube" });
const ONE_WAY = "databaseUrl, or apiUrl with username and password, or apiUrl with token";
const peertubeSource = peertubeTables
  .extend({
    databaseUrl: databaseUrl.optional(),
    apiUrl: apiUrl.optional(),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    token: z.string().min(1).optional(),
  })
  .transform((given, context) => {
    const { databaseUrl, schema, apiUrl, username, password, token, ...rest } = given;
    const asUser = username !== undefined && password !== undefined && token === undefined;
    const byToken = username === undefined && password === undefined && token !== undefined;
    if (apiUrl !== undefined && databaseUrl === undefined && schema === undefined && (asUser || byToken)) {
      return { ...rest, apiUrl, username, password, token };
    }
    const nothingElse = apiUrl === undefined && username === undefined && password === undefined && token === undefined;
    if (databaseUrl !== undefined && nothingElse) return { ...rest, databaseUrl, schema };
    context.addIssue({ code: "custom", message: ONE_WAY });
    return z.NEVER;
  });

const OWN_SETTINGS: readonly string[] = ["peertube", "laravel"];
const Source = z.discriminatedUnion("kind", [
  peertubeSource,
  laravelSource,
  sqlSource,
  ...TABLE_ADAPTERS.filter((adapter) => !OWN_SETTINGS.includes(adapter.kind)).map(tableSource),
  ...APPLICATIONS,
]);

/** Retry queues of brokers and job queues of a source that are one backlog; `jobs` absent: all queues of the source. */
const Join = z.strictObject({ queue: pattern, source: id, jobs: pattern.optional() });
const JOINS_MAX = 100;

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
  joins: z.array(Join).max(JOINS_MAX).default([]),
  rules: unique(fileRule({ id })),
  webhooks: unique(fileWebhook({ id, httpUrl })),
  heartbeats: unique(fileHeartbeat({ id, httpUrl })),
  embeds: Embeds.default({ origins: [] }),
  ...noticesConfig({ id, duration }),
});
export type FileConfig = z.infer<typeof FileConfig>;
export type BrokerConfig = FileConfig["brokers"][number];
export type SourceConfig = FileConfig["sources"][number];
