import { describe, expect, test } from "vitest";
import { parseConfig } from "@/lib/config/parse";
import { DEFAULT_FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import { TABLE_ADAPTERS } from "@/lib/sources/adapters/registry";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

const faultsOf = (text: string, env = {}) => parseConfig(text, env).faults.map((fault) => fault.path);

describe("an invalid file lists every fault with its path", () => {
  test.each<[string, string, string[]]>([
    ["not YAML", "brokers: [", ["line 1"]],
    ["an unknown setting", "brokrs: []", ["brokrs"]],
    [
      "a RoadRunner polled more often than it tolerates",
      "sources: [{ id: a, kind: roadrunner, statusUrl: http://x, pollSeconds: 14 }]",
      ["sources[0].pollSeconds"],
    ],
    [
      "an AMQP URL of another protocol",
      "brokers: [{ id: a, managementUrl: http://x, amqpUrl: http://x }]",
      ["brokers[0].amqpUrl"],
    ],
    ["an invalid URL", "brokers: [{ id: a, managementUrl: nowhere }]", ["brokers[0].managementUrl"]],
    [
      "three faults at once",
      "brokers: [{ id: a b, managementUrl: http://x, pollSeconds: 0 }]\nsources: [{ id: s, kind: mongo }]",
      ["brokers[0].id", "brokers[0].pollSeconds", "sources[0].kind"],
    ],
    [
      "invalid metrics URLs, alone and in a list",
      "brokers: [{ id: a, managementUrl: http://x, metricsUrl: ftp://x }, { id: b, managementUrl: http://x, metricsUrl: [http://x, y] }]",
      ["brokers[0].metricsUrl", "brokers[1].metricsUrl[1]"],
    ],
    [
      "an id twice",
      "brokers: [{ id: a, managementUrl: http://x }, { id: a, managementUrl: http://y }]",
      ["brokers[1].id"],
    ],
    [
      "an invalid pattern",
      'brokers: [{ id: a, managementUrl: http://x, clients: { strip: ["("] } }]',
      ["brokers[0].clients.strip[0]"],
    ],
    [
      "an empty alias",
      'brokers: [{ id: a, managementUrl: http://x, clients: { aliases: { orders: " " } } }]',
      ["brokers[0].clients.aliases.orders"],
    ],
    [
      "an invalid pattern for users",
      'brokers: [{ id: a, managementUrl: http://x, clients: { strip: { users: ["ok", "("] } } }]',
      ["brokers[0].clients.strip.users[1]"],
    ],
    ["a join with a source that is not configured", "joins: [{ queue: retry, source: nobody }]", ["joins[0].source"]],
    ["a join with an invalid pattern", "joins: [{ queue: '(', source: nobody }]", ["joins[0].queue"]],
    [
      "fewer runners expected than one",
      "sources: [{ id: s, kind: peertube, databaseUrl: 'postgres://h/d', runners: { expected: 0 } }]",
      ["sources[0].runners.expected"],
    ],
    ["a rule on an unknown signal", "rules: [{ id: r, signal: queue.depth, warning: 1 }]", ["rules[0].signal"]],
    [
      "a rule matching an unknown label",
      "rules: [{ id: r, signal: broker.up, match: { host: x }, warning: 1 }]",
      ["rules[0].match.host"],
    ],
    [
      "invalid matchers",
      "rules: [{ id: r, signal: queue.ready, match: ['queue=x', 'queue=~('], warning: 1 }]",
      ["rules[0].match[1]"],
    ],
    [
      "an unknown condition",
      "rules: [{ id: r, signal: queue.ready, condition: soon, warning: 1 }]",
      ["rules[0].condition"],
    ],
    [
      "a rate over a second",
      "rules: [{ id: r, signal: queue.ready, condition: { rate: 1s }, warning: 1 }]",
      ["rules[0].condition"],
    ],
    [
      "an absence with the comparison below",
      "rules: [{ id: r, signal: queue.ready, condition: absent, comparison: below, warning: 1 }]",
      ["rules[0].comparison"],
    ],
    [
      "critical before warning",
      "rules: [{ id: r, signal: queue.ready, warning: 5, critical: 1 }]",
      ["rules[0].critical"],
    ],
    [
      "a rule kept firing for a month",
      "rules: [{ id: r, signal: queue.ready, warning: 5, keepFiringFor: 30d }]",
      ["rules[0].keepFiringFor"],
    ],
    ["a rule without a threshold", "rules: [{ id: r, signal: broker.up }]", ["rules[0]"]],
    ["a short webhook secret", "webhooks: [{ id: w, url: http://x, secret: whsec_YQ== }]", ["webhooks[0].secret"]],
    [
      "three secrets of one webhook",
      `webhooks: [{ id: w, url: http://x, secret: [${SECRET}, ${SECRET}, ${SECRET}] }]`,
      ["webhooks[0].secret"],
    ],
    ["an unknown format", "webhooks: [{ id: w, url: http://x, format: carrier-pigeon }]", ["webhooks[0].format"]],
    [
      "settings of another format",
      "webhooks: [{ id: w, format: slack, url: http://x, routingKey: k }, { id: v, format: telegram, token: t }]",
      ["webhooks[0].routingKey", "webhooks[1].token", "webhooks[1].chat"],
    ],
    [
      "a template that is not an object",
      "webhooks: [{ id: w, url: http://x, format: template, template: text }]",
      ["webhooks[0].template"],
    ],
    ["an origin with a path", 'embeds: { origins: ["https://a.example/x"] }', ["embeds.origins[0]"]],
    [
      "a variable that is not set",
      "brokers: [{ id: a, managementUrl: 'http://${HOST}' }]",
      ["brokers[0].managementUrl", "brokers[0].managementUrl"],
    ],
  ])("%s", (_, text, paths) => expect(faultsOf(text)).toEqual(paths));

  test("no fault contains a value, since it may be a secret", () => {
    const text = `webhooks: [{ id: w, url: "nowhere-marked-secret", secret: "marked-secret" }]`;
    expect(JSON.stringify(parseConfig(text, {}).faults)).not.toContain("marked-secret");
  });
});

test("the documented example is valid, and ${ENV} is replaced anywhere", () => {
  const text = `
brokers:
  - id: main
    managementUrl: http://monitor:\${PASSWORD}@127.0.0.1:15672
    amqpUrl: amqp://monitor:secret@127.0.0.1:5672
    pollSeconds: 5
    clients: { strip: ["-[0-9a-f]{8}$"] }
sources:
  - { id: bitmagnet, kind: bitmagnet, databaseUrl: "postgres://ro@127.0.0.1/bitmagnet", pollSeconds: 15 }
rules:
  - { id: retry-backlog, signal: jobs.retry.due, match: { source: bitmagnet }, warning: 100, critical: 10000, for: 5m, clearBelow: 50 }
webhooks:
  - { id: ops, url: "https://example.com", format: standard, secret: "${SECRET}", severities: [warning, critical], sendResolved: true, allowPrivate: false }
embeds: { secret: "sixteen-or-more-chars", origins: ["https://admin.example.com"] }
`;
  const { config, faults } = parseConfig(text, { PASSWORD: "p" });
  expect(faults).toEqual([]);
  expect(config?.brokers[0]?.managementUrl).toBe("http://monitor:p@127.0.0.1:15672");
  expect(config?.rules[0]?.forMs).toBe(300_000);
  expect(config?.brokers[0]?.clients).toMatchObject({ learnConsumers: 600_000, learnSessions: 86_400_000 });
});

describe("a rule of the file", () => {
  const ruleOf = (fields: string) => {
    const { config, faults } = parseConfig(`rules: [{ id: r, signal: queue.ready, warning: 5, ${fields} }]`, {});
    expect(faults).toEqual([]);
    return config?.rules[0];
  };

  test.each<[string, object]>([
    ["enabled: true", { condition: { kind: "value" }, match: [], keepFiringMs: 0, enabled: true, origin: "file" }],
    ["condition: absent", { condition: { kind: "absent" }, inferred: false }],
    ["condition: { rate: 5m }", { condition: { kind: "rate", overMs: 300_000 } }],
    [
      "condition: { forecast: { within: 4h } }",
      { condition: { kind: "forecast", withinMs: 14_400_000, overMs: 1_800_000 }, inferred: true },
    ],
    ["keepFiringFor: 2m, enabled: false", { keepFiringMs: 120_000, enabled: false }],
    ["comparison: below, clearAbove: 9, clearBelow: 1", { clearAt: 9 }],
    ["match: { queue: mail }", { match: [{ label: "queue", operator: "=", value: "mail", pattern: null }] }],
    ["match: ['queue!=mail', 'vhost=~p.*']", { match: [{ operator: "!=" }, { operator: "=~", value: "p.*" }] }],
    ["match: '{broker=main, queue!~tmp.*}'", { match: [{ label: "broker" }, { label: "queue", operator: "!~" }] }],
  ])("%s", (fields, rule) => expect(ruleOf(fields)).toMatchObject(rule));
});

const DB = "databaseUrl: postgres://ro@db/jobs";
const API = "apiUrl: https://tube.example";
describe("sources with further settings", () => {
  test.each<[string, string, string[]]>([
    ["PeerTube's tables", `kind: peertube, ${DB}`, []],
    ["PeerTube's API as a user", `kind: peertube, ${API}, username: root, password: p`, []],
    ["PeerTube's API by token", `kind: peertube, ${API}, token: t`, []],
    ["PeerTube with tables and API", `kind: peertube, ${DB}, ${API}, token: t`, ["sources[0]"]],
    ["PeerTube with neither", "kind: peertube", ["sources[0]"]],
    ["a user without password", `kind: peertube, ${API}, username: root`, ["sources[0]"]],
    ["tables with a token", `kind: peertube, ${DB}, token: t`, ["sources[0]"]],
    ["a user in the URL", "kind: peertube, apiUrl: 'https://u:p@tube.example', token: t", ["sources[0].apiUrl"]],
    ["Laravel", `kind: laravel, ${DB}, retryAfterSeconds: 600`, []],
    ["Laravel with a duration", `kind: laravel, ${DB}, retryAfterSeconds: 10m`, ["sources[0].retryAfterSeconds"]],
    ["SQL queries", `kind: sql, ${DB}, queries: { counts: SELECT 1 }`, []],
    ["SQL without queries", `kind: sql, ${DB}`, ["sources[0].queries"]],
    [
      "SQL with three invalid queries",
      `kind: sql, ${DB}, queries: { counts: DROP TABLE t, oldest: "SELECT 1; SELECT 2", speed: SELECT 1 }`,
      ["sources[0].queries.counts", "sources[0].queries.oldest", "sources[0].queries.speed"],
    ],
    ["another kind with queries", `kind: kyoo, ${DB}, queries: { counts: SELECT 1 }`, ["sources[0].queries"]],
  ])("%s", (_, source, paths) => expect(faultsOf(`sources: [{ id: s, ${source} }]`)).toEqual(paths));

  test("settings that are left out have defaults", () => {
    const { config } = parseConfig(`sources: [{ id: a, kind: laravel, ${DB} }, { id: b, kind: hangfire, ${DB} }]`, {});
    expect(config?.sources).toEqual([
      { id: "a", kind: "laravel", databaseUrl: "postgres://ro@db/jobs", pollSeconds: 15, retryAfterSeconds: 90 },
      { id: "b", kind: "hangfire", databaseUrl: "postgres://ro@db/jobs", pollSeconds: 15 },
    ]);
  });
});

test("the times over which clients are learned can be set", () => {
  const text = "brokers: [{ id: a, managementUrl: http://x, clients: { learnConsumers: 90s, learnSessions: 2h } }]";
  expect(parseConfig(text, {}).config?.brokers[0]?.clients).toEqual({
    strip: { names: [], users: [], queues: [] },
    aliases: new Map(),
    fold: DEFAULT_FOLDING_RULE_IDS,
    learnConsumers: 90_000,
    learnSessions: 7_200_000,
  });
});

test("what changes in names, users and queues can be set, and how clients are shown", () => {
  const clients = 'strip: { users: ["-[0-9a-f]{4}$"], queues: ["\\\\.tmp$"] }, aliases: { "orders@shop": Checkout }';
  const text = `brokers: [{ id: a, managementUrl: http://x, clients: { ${clients} } }]`;
  const { config, faults } = parseConfig(text, {});
  expect(faults).toEqual([]);
  expect(config?.brokers[0]?.clients).toMatchObject({
    strip: { names: [], users: [{ source: "-[0-9a-f]{4}$" }], queues: [{ source: "\\.tmp$" }] },
    aliases: new Map([["orders@shop", "Checkout"]]),
  });
});

test.each([
  ["fold: false", []],
  ["fold: [uuid, celery]", ["uuid", "celery"]],
])("rules for default names can be switched off: %s", (setting, expected) => {
  const text = `brokers: [{ id: a, managementUrl: http://x, clients: { ${setting} } }]`;
  expect(parseConfig(text, {}).config?.brokers[0]?.clients.fold).toEqual(expected);
});

test("applications are sources as well", () => {
  const { config } = parseConfig(
    `sources:
  - { id: php, kind: roadrunner, statusUrl: "http://127.0.0.1:2114", metricsUrl: "http://127.0.0.1:2112/metrics", configFile: /etc/rr/.rr.yaml }
  - { id: py, kind: faststream, metricsUrl: "http://127.0.0.1:8000/metrics", client: orders }`,
    {},
  );
  expect(config?.sources).toMatchObject([
    { pollSeconds: 15, configFile: "/etc/rr/.rr.yaml" },
    { pollSeconds: 15, metricsPrefix: "faststream" },
  ]);
});

test.each<[string, string, string[]]>([
  ["no metrics", "", []],
  ["one node", "metricsUrl: http://a:15692", ["http://a:15692"]],
  ["a cluster", "metricsUrl: [http://a:15692, http://b:15692]", ["http://a:15692", "http://b:15692"]],
])("metricsUrl of %s", (_, line, urls) => {
  const { config } = parseConfig(`brokers: [{ id: a, managementUrl: http://x, ${line} }]`, {});
  expect(config?.brokers[0]?.metricsUrl).toEqual(urls);
});

describe("sources", () => {
  const sourceOf = (fields: string) => {
    const { config, faults } = parseConfig(`sources: [{ id: s, databaseUrl: "postgres://ro@h/db", ${fields} }]`, {});
    return config?.sources[0] ?? faults.map((fault) => fault.path);
  };

  test("every kind of job table is accepted, and polled no more often than its adapter allows", () => {
    const kinds = TABLE_ADAPTERS.map((adapter) => adapter.kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { kind, minIntervalMs } of TABLE_ADAPTERS) {
      expect(sourceOf(`kind: ${kind}`)).toMatchObject({ kind, pollSeconds: Math.max(15, minIntervalMs / 1_000) });
    }
    expect(sourceOf("kind: graphile-worker, pollSeconds: 15")).toEqual(["sources[0].pollSeconds"]);
    expect(sourceOf("kind: graphile-worker, pollSeconds: 120")).toMatchObject({ pollSeconds: 120 });
  });

  const onRedis = (url: string, fields: string) => {
    const { config, faults } = parseConfig(`sources: [{ id: s, databaseUrl: "${url}", ${fields} }]`, {});
    return config?.sources[0] ?? faults.map(({ path, message }) => `${path}: ${message}`);
  };

  test.each(["bullmq", "sidekiq", "celery", "laravel"])("%s is read from Redis", (kind) => {
    const url = "rediss://monitor:p%40ss@cache:6380/3";
    const fields = `kind: ${kind}, prefix: "app:", queues: [mail, "{slow}"]`;
    expect(onRedis(url, fields)).toMatchObject({ kind, databaseUrl: url, prefix: "app:", queues: ["mail", "{slow}"] });
  });

  test.each([
    ["postgres://h/db", "kind: bullmq", ["sources[0].databaseUrl: a redis:// or rediss:// URL"]],
    ["redis://h", "kind: river", ["sources[0].databaseUrl: a postgres:// URL"]],
    [
      "redis://h/shop",
      "kind: celery",
      ["sources[0].databaseUrl: the path of a Redis URL is the number of a database, such as redis://host:6379/0"],
    ],
    ["redis://h", "kind: laravel, schema: app", ["sources[0].schema: it is for a database and not for Redis"]],
    [
      "redis://h",
      "kind: laravel, retryAfterSeconds: 60",
      ["sources[0].retryAfterSeconds: it is for a database and not for Redis"],
    ],
    ["postgres://h/db", "kind: laravel, prefix: x", ["sources[0].prefix: it is for Redis and not for a database"]],
    ["mysql://h/db", "kind: sidekiq", ["sources[0].databaseUrl: a redis:// or rediss:// URL"]],
    [
      "mysql://h",
      "kind: laravel",
      ["sources[0].databaseUrl: the path names the database, such as mysql://host:3306/app"],
    ],
    ["mysql://h/db", "kind: river", ["sources[0].databaseUrl: a postgres:// URL"]],
    ["mariadb://h/db", "kind: laravel, schema: app", ["sources[0].schema: MySQL has none: the URL names the database"]],
    [
      "mysql://h/db?ssl-mode=PREFERRED",
      "kind: laravel",
      ["sources[0].databaseUrl: ssl-mode is one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY"],
    ],
    ["redis://h", "kind: bullmq, schema: x", ["sources[0].schema: no such setting"]],
  ])("%s, %s", (url, fields, faults) => expect(onRedis(url, fields)).toEqual(faults));

  test.each([
    ["work", "work"],
    ["_Work_2", "_Work_2"],
    ["'a; DROP TABLE b'", null],
    ["'a, b'", null],
    ["''", null],
    ["x".repeat(64), null],
  ])("schema: %s", (written, schema) => {
    const source = sourceOf(`kind: river, schema: ${written}`);
    if (schema === null) expect(source).toEqual(["sources[0].schema"]);
    else expect(source).toMatchObject({ schema });
  });
});
