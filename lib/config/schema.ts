import { z } from "zod";
import { type CompiledPattern, compilePattern } from "@/lib/base/patterns/pattern";
import { SECOND } from "@/lib/base/time/duration";
import { bearerToken } from "@/lib/config/bearer-token";
import { duration } from "@/lib/config/duration";
import { fileHeartbeat } from "@/lib/config/heartbeats";
import { isMysqlUrl } from "@/lib/config/mysql-source";
import { notificationSettings } from "@/lib/config/notifications";
import { origin } from "@/lib/config/origin";
import { isRedisUrl, redisSettings, redisSource } from "@/lib/config/redis-source";
import { fileRule } from "@/lib/config/rule";
import { filePath, pemFile, tlsFiles } from "@/lib/config/tls-files";
import { unique } from "@/lib/config/unique";
import { amqpUrl, databaseUrl, endpointUrl, httpUrl, mysqlUrl, redisUrl, urlOfKinds } from "@/lib/config/urls";
import { fileWebhook } from "@/lib/config/webhook";
import { ALIAS_MAX } from "@/lib/rabbitmq/clients/display-name";
import { DEFAULT_FOLDING_RULE_IDS, FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import { compileStrip } from "@/lib/rabbitmq/clients/strip-pattern";
import { RETRY_AFTER_SECONDS } from "@/lib/sources/adapters/laravel/laravel";
import { adapterOf, TABLE_ADAPTERS } from "@/lib/sources/adapters/registry";
import { QUERY_CHARS_MAX, statementFault } from "@/lib/sources/adapters/sql/queries";
import type { Adapter } from "@/lib/sources/jobs/adapter";
import type { RedisAdapter } from "@/lib/sources/redis/adapter";
import { bullmq } from "@/lib/sources/redis/bullmq/bullmq";
import { celery } from "@/lib/sources/redis/celery/celery";
import { sidekiq } from "@/lib/sources/redis/sidekiq/sidekiq";

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, . _ - and at most 64 of them");
const patternBy = (compile: (text: string) => CompiledPattern) =>
  z.string().transform((text, context) => {
    const compiled = compile(text);
    if (compiled.ok) return compiled.pattern;
    context.addIssue({ code: "custom", message: compiled.message });
    return z.NEVER;
  });
const pattern = patternBy((text) => compilePattern(text, "part"));

/** RabbitMQ renews its statistics every 5 s, so polling faster gains little; slower than a minute misses too much. */
const brokerPoll = z.number().min(1).max(60).default(5);

/** More patterns than names have forms. */
const PATTERNS_MAX = 50;
const patterns = z.array(patternBy(compileStrip)).max(PATTERNS_MAX).default([]);
const StripPatterns = z.strictObject({ names: patterns, users: patterns, queues: patterns });
/** A list is for connection names. A union of the two forms would lose the path of a fault. */
const strip = z
  .unknown()
  .transform((input, context): z.infer<typeof StripPatterns> => {
    const list = patterns.transform((names) => ({ names, users: [], queues: [] }));
    const parsed = Array.isArray(input) ? list.safeParse(input) : StripPatterns.safeParse(input);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: "custom", message, path: [...path] });
    return z.NEVER;
  })
  .prefault([]);

const ALIASES_MAX = 1_000;
/** A connection name is followed by at most its host. */
const CLIENT_NAME_MAX = 255;
const aliases = z
  .record(z.string().min(1).max(CLIENT_NAME_MAX), z.string().trim().min(1).max(ALIAS_MAX))
  .refine((all) => Object.keys(all).length <= ALIASES_MAX, `at most ${ALIASES_MAX}`)
  .transform((all): ReadonlyMap<string, string> => new Map(Object.entries(all)))
  .prefault({});

const Clients = z.strictObject({
  strip,
  /** How clients are shown, by their name or id. */
  aliases,
  /** Which shipped rules fold default names; false: none. */
  fold: z
    .union([z.literal(false).transform(() => []), z.array(z.enum(FOLDING_RULE_IDS))])
    .default([...DEFAULT_FOLDING_RULE_IDS]),
  /** How long a client may be absent before it counts as lost. By default as long as its library retries, plus a minute. */
  giveUp: duration.optional(),
  /** A number of consumers that a client has for this long becomes its expected number. */
  learnConsumers: duration.prefault("10m"),
  /** The usual number of connections of a client is their median over this time. */
  learnSessions: duration.prefault("24h"),
});

/** The Prometheus endpoint of a node reports only that node, so a cluster needs one URL for each node. */
const NODES_MAX = 20;
const metricsUrls = z
  .union([endpointUrl, z.array(endpointUrl).max(NODES_MAX)], {
    error: "an http:// or https:// URL, or a list of one for each node",
  })
  .transform((urls): readonly string[] => (typeof urls === "string" ? [urls] : urls));

const Broker = z.strictObject({
  id,
  managementUrl: endpointUrl,
  /** A bearer token instead of user and password, for brokers that refuse basic authentication. */
  managementToken: bearerToken.optional(),
  /** The file of such a token, read at each request, because tokens expire. */
  managementTokenFile: filePath.optional(),
  amqpUrl: amqpUrl.optional(),
  metricsUrl: metricsUrls.default([]),
  /** A bearer token for metricsUrl, where it is not managementToken. */
  metricsToken: bearerToken.optional(),
  ...tlsFiles,
  pollSeconds: brokerPoll,
  clients: Clients.prefault({}),
});

/** More runners than any installation has, so that a typo with a zero too many is reported. */
const RUNNERS_EXPECTED_MAX = 10_000;
/** With an expected number, fewer runners raise an alert. */
const Runners = z.strictObject({ expected: z.int().min(1).max(RUNNERS_EXPECTED_MAX) }).optional();

/** The default interval of a source, unless its kind is more expensive to read. */
const SOURCE_POLL_SECONDS = 15;
const SOURCE_POLL_SECONDS_MAX = 3600;
/** PostgreSQL truncates names at this length, so a longer one would name another schema. */
const SCHEMA_LENGTH_MAX = 63;
const schemaName = z
  .string()
  .max(SCHEMA_LENGTH_MAX)
  .regex(/^[A-Za-z_][A-Za-z0-9_$-]*$/, "the name of one schema");

const pollInterval = (adapter: Pick<Adapter, "minIntervalMs">) => {
  const least = adapter.minIntervalMs / SECOND;
  return z.number().min(least).max(SOURCE_POLL_SECONDS_MAX).default(Math.max(SOURCE_POLL_SECONDS, least));
};
const tableSource = <Kind extends string>(adapter: Adapter<Kind>) =>
  z.strictObject({
    id,
    databaseUrl,
    caFile: pemFile,
    runners: Runners,
    kind: z.literal(adapter.kind),
    pollSeconds: pollInterval(adapter),
    /** The schema of the tables, where it is not the default of the system. */
    schema: schemaName.optional(),
  });

/** `/jobs` of RoadRunner declares each queue passively; a missing queue closes a channel and makes RoadRunner redial. */
const ROADRUNNER_SECONDS_MIN = 15;
/** PATH_MAX of Linux. */
const CONFIG_PATH_MAX = 4_096;
const RoadRunner = z.strictObject({
  id,
  kind: z.literal("roadrunner"),
  statusUrl: endpointUrl,
  metricsUrl: endpointUrl.optional(),
  ...tlsFiles,
  /** Its .rr.yaml, if Lastbeat can read it: the file is checked whenever it changes, and the findings are shown. */
  configFile: z.string().min(1).max(CONFIG_PATH_MAX).optional(),
  pollSeconds: z.number().min(ROADRUNNER_SECONDS_MIN).max(SOURCE_POLL_SECONDS_MAX).default(ROADRUNNER_SECONDS_MIN),
});
const FastStream = z.strictObject({
  id,
  kind: z.literal("faststream"),
  metricsUrl: endpointUrl,
  ...tlsFiles,
  metricsPrefix: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "the start of metric names, such as faststream")
    .default("faststream"),
  /** Name or id of its client in RabbitMQ. */
  client: z.string().optional(),
  pollSeconds: z.number().min(1).max(SOURCE_POLL_SECONDS_MAX).default(SOURCE_POLL_SECONDS),
});
const APPLICATIONS = [RoadRunner, FastStream] as const;

function noSchemaOfMysql(
  { databaseUrl, schema }: { readonly databaseUrl: string; readonly schema?: string | undefined },
  context: z.core.$RefinementCtx,
): void {
  if (schema === undefined || !isMysqlUrl(databaseUrl)) return;
  context.addIssue({ code: "custom", message: "MySQL has none: the URL names the database", path: ["schema"] });
}

/** No job runs longer than a day. A Laravel connection has one such setting. */
const RETRY_AFTER_SECONDS_MAX = 86_400;
const laravelTables = tableSource({ ...adapterOf({ kind: "laravel" }), kind: "laravel" });
/** Its jobs are in a database or in Redis: the URL says which, and each has settings that the other does not know. */
const laravelSource = laravelTables
  .extend({
    ...redisSettings,
    databaseUrl: urlOfKinds(
      [
        { scheme: /^postgres(ql)?:/i, url: databaseUrl },
        { scheme: /^(mysql|mariadb):/i, url: mysqlUrl },
        { scheme: /^rediss?:/i, url: redisUrl },
      ],
      "a postgres://, mysql://…/database, redis:// or rediss:// URL",
    ),
    retryAfterSeconds: z.number().int().min(1).max(RETRY_AFTER_SECONDS_MAX).optional(),
  })
  .superRefine(({ databaseUrl, prefix, queues, schema, retryAfterSeconds }, context) => {
    const [others, message] = isRedisUrl(databaseUrl)
      ? [{ schema, retryAfterSeconds }, "it is for a database and not for Redis"]
      : [{ prefix, queues }, "it is for Redis and not for a database"];
    for (const [name, value] of Object.entries(others)) {
      if (value !== undefined) context.addIssue({ code: "custom", message, path: [name] });
    }
    noSchemaOfMysql({ databaseUrl, schema }, context);
  })
  .transform((source) =>
    isRedisUrl(source.databaseUrl)
      ? source
      : { ...source, retryAfterSeconds: source.retryAfterSeconds ?? RETRY_AFTER_SECONDS },
  );

const redisKind = <Kind extends string>(adapter: RedisAdapter<Kind>) =>
  redisSource(adapter, { id, caFile: pemFile, runners: Runners, pollSeconds: pollInterval(adapter) });

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
const sqlSource = tableSource({ ...adapterOf({ kind: "sql", queries: { counts: "" } }), kind: "sql" })
  .extend({
    databaseUrl: urlOfKinds(
      [
        { scheme: /^postgres(ql)?:/i, url: databaseUrl },
        { scheme: /^(mysql|mariadb):/i, url: mysqlUrl },
      ],
      "a postgres:// or mysql://…/database URL",
    ),
    queries: Queries,
  })
  .superRefine(noSchemaOfMysql);

const apiUrl = endpointUrl.refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url === null || (url.username === "" && url.search === "" && url.hash === "");
}, "a plain URL: the user belongs in username and password");
const peertubeTables = tableSource({ ...adapterOf({ kind: "peertube" }), kind: "peertube" });
const PEERTUBE_ACCESS = "databaseUrl, or apiUrl with username and password, or apiUrl with token";
const peertubeSource = peertubeTables
  .extend({
    databaseUrl: databaseUrl.optional(),
    apiUrl: apiUrl.optional(),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    token: z.string().min(1).optional(),
  })
  .transform((input, context) => {
    const { databaseUrl, schema, apiUrl, username, password, token, ...rest } = input;
    const byUser = username !== undefined && password !== undefined && token === undefined;
    const byToken = username === undefined && password === undefined && token !== undefined;
    if (apiUrl !== undefined && databaseUrl === undefined && schema === undefined && (byUser || byToken)) {
      return { ...rest, apiUrl, username, password, token };
    }
    const noApiSettings =
      apiUrl === undefined && username === undefined && password === undefined && token === undefined;
    if (databaseUrl !== undefined && noApiSettings) return { ...rest, databaseUrl, schema };
    context.addIssue({ code: "custom", message: PEERTUBE_ACCESS });
    return z.NEVER;
  });

/** Kinds with settings beyond those of every job table. */
const KINDS_WITH_SETTINGS: readonly string[] = ["peertube", "laravel"];
const Source = z.discriminatedUnion("kind", [
  peertubeSource,
  laravelSource,
  sqlSource,
  ...TABLE_ADAPTERS.filter((adapter) => !KINDS_WITH_SETTINGS.includes(adapter.kind)).map(tableSource),
  redisKind(bullmq),
  redisKind(sidekiq),
  redisKind(celery),
  ...APPLICATIONS,
]);

/** Retry queues of brokers and job queues of a source that form one backlog. Without `jobs`: all queues of the source. */
const Join = z.strictObject({ queue: pattern, source: id, jobs: pattern.optional() });
const JOINS_MAX = 100;

/** Short enough to type, and long enough that a token expires before its secret can be guessed. */
const SECRET_LENGTH_MIN = 16;

const Embeds = z.strictObject({
  secret: z.string().min(SECRET_LENGTH_MIN).optional(),
  origins: z.array(origin).max(100).default([]),
});

/** More of one kind than a single process follows. */
const ENTRIES_MAX = 200;

export const FileConfig = z.strictObject({
  /** Certificates of private authorities, for every outgoing connection. */
  caFile: pemFile,
  brokers: unique(Broker, ENTRIES_MAX),
  sources: unique(Source, ENTRIES_MAX),
  joins: z.array(Join).max(JOINS_MAX).default([]),
  rules: unique(fileRule({ id }), ENTRIES_MAX),
  webhooks: unique(fileWebhook({ id, httpUrl }), ENTRIES_MAX),
  heartbeats: unique(fileHeartbeat({ id, httpUrl }), ENTRIES_MAX),
  embeds: Embeds.default({ origins: [] }),
  ...notificationSettings({ id, duration }),
});
export type FileConfig = z.infer<typeof FileConfig>;
export type BrokerConfig = FileConfig["brokers"][number];
export type SourceConfig = FileConfig["sources"][number];
