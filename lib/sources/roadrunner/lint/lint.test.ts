import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { TEXT_LENGTH_MAX } from "@/lib/sources/roadrunner/lint/config-text";
import { lintRoadRunner } from "@/lib/sources/roadrunner/lint/lint";
import { parseVersion } from "@/lib/sources/roadrunner/version";

const GOOD = `version: "3"
amqp:
  addr: amqp://app:marked-secret@rabbit:5672/?heartbeat=30
  tls: { key: k.pem, cert: c.pem, root_ca: ca.pem, client_auth_type: no_client_cert }
jobs:
  num_pollers: 12
  pool: { num_workers: 10 }
  consume: [mails]
  pipelines:
    mails:
      driver: amqp
      config:
        queue: mails
        routing_key: mails
        exchange_type: topic
        durable: true
        prefetch: 10
        redial_timeout: 300
`;
const NESTED = `jobs:
  consume: [mails]
  pipelines:
    mails:
      driver: amqp
      config:
        version: 2
        redial_timeout: 300
        exchange: { name: ex, type: topic, durable: true }
        queue: { name: mails, routing_key: mails, durable: true, headers: { x-max-priority: "5" } }
`;

const swap = (text: string, line: string, by: string): string => {
  expect(text, "the line to replace exists").toContain(line);
  return text.replace(line, by);
};
const lint = (text: string, roadRunner = "", rabbit = "") =>
  lintRoadRunner(text, { roadRunner: parseVersion(roadRunner), rabbit: parseVersion(rabbit) });
const summary = (text: string, roadRunner?: string, rabbit?: string) =>
  lint(text, roadRunner, rabbit).map(({ id, severity, line, column }) => `${id} ${severity} ${line}:${column}`);

test.each([
  ["flat keys", GOOD, "", ""],
  ["flat keys, the newest of both", GOOD, "2025.1.15", "4.3.5"],
  ["nested keys", NESTED, "", ""],
  ["nested keys with amqp v6", NESTED, "2026.1", "4.3"],
  ["a file without jobs", "http: { address: 0.0.0.0:80 }\n", "", ""],
  ["settings from the environment", swap(GOOD, "redial_timeout: 300", "redial_timeout: ${REDIAL}"), "", ""],
])("a correct file has no findings: %s", (_, text, roadRunner, rabbit) =>
  expect(summary(text, roadRunner, rabbit)).toEqual([]),
);

describe("nothing is found that other files or the environment could refute", () => {
  const others = (text: string) => `include: [.rr.jobs.yaml]\n${text}`;
  test.each<[string, string]>([
    ["pipelines in an included file", "include: [.rr.jobs.yaml]\njobs: { consume: [emails] }\n"],
    ["a list to consume in an included file", others(swap(GOOD, "consume: [mails]", "consume: []"))],
    ["a name from the environment", swap(GOOD, "consume: [mails]", 'consume: ["${QUEUE}"]')],
    ["a name from the environment without braces", swap(GOOD, "consume: [mails]", "consume: [$QUEUE]")],
    ["a name with a default", swap(GOOD, "consume: [mails]", 'consume: ["${QUEUE:-mails}", mails]')],
    ["the whole list from the environment", swap(GOOD, "consume: [mails]", 'consume: "${QUEUES}"')],
    [
      "a queue from the environment",
      swap(swap(GOOD, "consume: [mails]", "consume: []"), "queue: mails", "queue: ${Q}"),
    ],
    ["a routing key in an included file", others(swap(GOOD, "        routing_key: mails\n", ""))],
    [
      "an exchange type from the environment",
      swap(swap(GOOD, "        routing_key: mails\n", ""), "exchange_type: topic", "exchange_type: ${TYPE}"),
    ],
    ["durable in an included file", others(swap(GOOD, "        durable: true\n", ""))],
    ["a declaration that the environment decides", swap(GOOD, "durable: true", "queue_declare: ${DECLARE}")],
    ["the layout in an included file", others(swap(NESTED, "        version: 2\n", ""))],
    ["the layout from the environment", swap(NESTED, "version: 2", "version: ${LAYOUT}")],
    ["more pipelines in an included file", others(swap(GOOD, "prefetch: 10", "prefetch: 9"))],
    ["the default prefetch in an included file", others(swap(GOOD, "        prefetch: 10\n", ""))],
  ])("%s", (_, text) => expect(summary(text)).toEqual([]));

  test.each<[string, string, string[]]>([
    ["a name beside one from the environment", swap(GOOD, "[mails]", '["${QUEUE}", mail]'), ["RR01 error 8:25"]],
    ["a wrong value, whatever is included", others(swap(GOOD, "topic", "ring")), ["RR09 error 16:9"]],
    ["a foreign key, whatever is included", others(swap(GOOD, "durable: true", "tube: x")), ["RR04 error 17:9"]],
  ])("but found is %s", (_, text, findings) => expect(summary(text)).toEqual(findings));
});

describe("RR14: keys of jobs that RoadRunner does not know", () => {
  const withKey = (key: string) => swap(GOOD, "jobs:\n", `jobs:\n  ${key}: 7\n`);
  test.each<[string, string | null, string]>([
    ["num_polers", "num_pollers", "num_pollers: 12"],
    ["pipelinesize", "pipeline_size", "pipeline_size: 7"],
    ["Timeouts", "timeout", "timeout: 7"],
    ["retries", null, ""],
    ["pipeline_size", null, ""],
    ["producer_only", null, ""],
  ])("%s", (key, similar, fix) => {
    const found = lint(withKey(key)).filter(({ id }) => id === "RR14");
    const isKnown = ["pipeline_size", "producer_only"].includes(key);
    expect(found.map(({ text }) => text.values)).toEqual(isKnown ? [] : [{ key, similar: similar ?? "none" }]);
    if (similar !== null) expect(found[0]?.fix).toContain(fix);
  });
});

describe("RR13: settings beside driver", () => {
  const prefetch = swap(GOOD, "      driver: amqp\n", "      prefetch: 1\n      driver: amqp\n");
  const flat = `jobs:
  consume: [mails]
  pipelines:
    mails:
      driver: amqp
      priority: 10
      queue: mails
      routing_key: mails
      durable: true
      prefetch: 100
`;
  test.each<[string, string, string[]]>([
    ["one of them (roadrunner #2275)", prefetch, ["RR13 warning 11:7"]],
    ["all of them, without config", flat, ["RR13 warning 7:7"]],
    ["priority, which is read there", swap(GOOD, "driver: amqp", "driver: amqp\n      priority: 1"), []],
    ["another driver's", swap(GOOD, "driver: amqp\n", "driver: memory\n      prefetch: 1\n"), []],
  ])("%s", (_, text, findings) => expect(summary(text)).toEqual(findings));

  test("the finding names the keys, and its fix moves them under config", () => {
    const [finding, ...more] = lint(flat);
    expect(more).toEqual([]);
    expect(finding?.text).toEqual({ key: "RR13", values: { keys: "queue, routing_key, durable, prefetch" } });
    const config = { queue: "mails", routing_key: "mails", durable: true, prefetch: 100 };
    expect(parse(finding?.fix ?? "")).toEqual({ jobs: { pipelines: { mails: { config } } } });
  });
});

const FLAT_KEYS = "        version: 2\n        durable: true\n";

describe("each rule finds its fault, by line, and accepts similar correct settings", () => {
  const config = "        durable: true\n";
  test.each<[string, string, string, string[], roadRunner?: string, rabbit?: string]>([
    ["RR01", "consume: [mails]", "consume: [mails, mail]", ["RR01 error 8:20"]],
    ["RR01 near: the name is right", "consume: [mails]", 'consume: ["mails"]', []],
    ["RR02", "consume: [mails]", "consume: []", ["RR02 info 10:5"]],
    ["RR02 near: no queue to consume", "        queue: mails\n", "", []],
    ["RR03", "num_pollers: 12", "num_pollers: 200", ["RR03 warning 6:3"]],
    ["RR03 up to 2024.1", "num_pollers: 12", "num_pollers: 13", ["RR03 warning 6:3"], "2024.1.5"],
    ["RR03 from 2024.2", "num_pollers: 12", "num_pollers: 13", ["RR03 info 6:3"], "2024.2.0"],
    ["RR03 near: as many as cores", "pool: { num_workers: 10 }", "pool: { num_workers: 0 }", []],
    ["RR04 beanstalk", config, `${config}        reserve_timeout: 10s\n`, ["RR04 error 17:9"]],
    ["RR04 sqs", config, `${config}        visibility_timeout: 10\n`, ["RR04 error 17:9"]],
    ["RR04 boltdb", config, `${config}        file: x.db\n`, ["RR04 error 17:9"]],
    ["RR04 of no driver", config, `${config}        heartbeat: 10\n`, ["RR04 error 17:9"]],
    ["RR04 from 2024.1", config, `${config}        consume_all: true\n`, ["RR04 error 17:9"], "2024.1.0"],
    ["RR04 near: raw messages in 2023", config, `${config}        consume_all: true\n`, [], "2023.2.0"],
    ["RR04 near: raw messages in an unknown version", config, `${config}        consume_all: true\n`, []],
    [
      "RR04 near: another driver may",
      "driver: amqp\n      config:\n",
      "driver: sqs\n      config:\n        tags: {}\n",
      [],
    ],
    ["RR05", "  tls:", "  vhost: /app\n  tls:", ["RR05 error 4:3"]],
    ["RR05 below tls", "key: k.pem", "keys: k.pem", ["RR05 error 4:10"]],
    ["RR05 heartbeat", "  tls:", "  heartbeat: 30s\n  tls:", ["RR05 error 4:3"]],
    ["RR05 near: in the address", "heartbeat=30", "heartbeat=10", []],
    ["RR06 a duration", "redial_timeout: 300", "redial_timeout: 300s", ["RR06 error 18:9"]],
    ["RR06 too short", "redial_timeout: 300", "redial_timeout: 59", ["RR06 warning 18:9"]],
    ["RR06 near", "redial_timeout: 300", "redial_timeout: 60", []],
    ["RR06 near: 0 is the default, quotes are read", "redial_timeout: 300", 'redial_timeout: "0"', []],
    ["RR07", config, "", ["RR07 warning 12:7"]],
    ["RR07 before 4.3", config, "        durable: false\n", ["RR07 warning 16:9"], "", "4.2.5"],
    ["RR07 from 4.3", config, "        durable: false\n", ["RR07 error 16:9"], "", "4.3.0"],
    ["RR07 near: exclusive", config, "        exclusive: true\n", []],
    ["RR07 near: the environment decides", config, "        durable: ${DURABLE}\n", []],
    ["RR08", "        routing_key: mails\n", "", ["RR08 warning 12:7"]],
    ["RR08 with v6", "routing_key: mails", 'routing_key: ""', ["RR08 error 14:9"], "2026.1.0"],
    ["RR08 near: a fanout", "routing_key: mails\n        exchange_type: topic", "exchange_type: fanout", []],
    ["RR09", "exchange_type: topic", "exchange_type: x-delayed-message", ["RR09 error 15:9"]],
    ["RR09 near", "exchange_type: topic", "exchange_type: headers", []],
    ["RR11 low", "prefetch: 10", "prefetch: 9", ["RR11 info 17:9"]],
    ["RR11 low by default", "pool: { num_workers: 10 }", "pool: { num_workers: 11 }", ["RR11 info 17:9"]],
    ["RR11 high", "prefetch: 10", "prefetch: 1001", ["RR11 info 17:9"]],
    ["RR11 near", "prefetch: 10", "prefetch: 1000", []],
    ["RR12", "  pool: {", "  pools: { a: { num_workers: 1 } }\n  pool: {", ["RR12 error 8:3"]],
    ["RR12 near: pools alone", "  pool: {", "  pools: {", []],
  ])("%s", (_, line, by, findings, roadRunner, rabbit) =>
    expect(summary(swap(GOOD, line, by), roadRunner, rabbit)).toEqual(findings),
  );

  test.each<[string, string, string, string[], roadRunner?: string]>([
    ["RR10 flat keys in version 2", "        version: 2\n", FLAT_KEYS, ["RR10 warning 8:9"]],
    ["RR10 sections without version 2", "        version: 2\n", "", ["RR10 error 8:9"]],
    ["RR10 version 2 before v6", "", "", ["RR10 warning 7:9"], "2025.1.15"],
    ["RR04 below queue", "durable: true, headers", "durable: true, auto_ack: true, headers", ["RR04 error 10:66"]],
    ["RR06 beside the sections", "redial_timeout: 300", "redial_timeout: 5m", ["RR06 error 8:9"]],
    ["RR07 below queue", "durable: true, headers", "durable: false, headers", ["RR07 warning 10:51"]],
    ["RR07 near: not declared here", "durable: true, headers", "declare: false, headers", []],
    ["RR08 below queue stops the start", "routing_key: mails, ", "", ["RR08 error 10:9"]],
    ["RR09 below exchange", "type: topic", "type: ring", ["RR09 error 9:31"]],
  ])("%s", (_, line, by, findings, roadRunner) =>
    expect(summary(swap(NESTED, line, by), roadRunner)).toEqual(findings),
  );
});

describe("the file with the corrected fragment no longer has the finding", () => {
  /** Merges b into a; a map at the last key of a fragment replaces the former value. */
  const merged = (a: unknown, b: unknown, depth: number): unknown => {
    if (depth === 0 || typeof a !== "object" || typeof b !== "object" || a === null || b === null) return b;
    const out: Record<string, unknown> = { ...a };
    for (const [key, value] of Object.entries(b)) out[key] = merged(out[key], value, depth - 1);
    return out;
  };
  test.each<[string, string, depth: number]>([
    ["consume", swap(GOOD, "consume: [mails]", "consume: [Mails]"), 2],
    ["num_pollers", swap(GOOD, "num_pollers: 12", "num_pollers: 99"), 2],
    ["redial", swap(GOOD, "redial_timeout: 300", "redial_timeout: 5m"), 5],
    ["durable", swap(GOOD, "        durable: true\n", ""), 5],
    ["routing key", swap(GOOD, "        routing_key: mails\n", ""), 5],
    ["type", swap(GOOD, "topic", "ring"), 5],
    ["foreign key", swap(GOOD, "redial_timeout: 300", "tube: x"), 4],
    ["heartbeat", swap(GOOD, "  tls:", "  heartbeat: 30\n  tls:"), 1],
    ["pools", swap(GOOD, "  pool: {", "  pools: { a: { num_workers: 1 } }\n  pool: {"), 1],
    ["sections without version", swap(NESTED, "        version: 2\n", ""), 4],
    ["flat keys in version 2", swap(NESTED, "        version: 2\n", FLAT_KEYS), 4],
    ["prefetch", swap(GOOD, "prefetch: 10", "prefetch: 5000"), 5],
  ])("%s", (_, text, depth) => {
    const [first, ...more] = lint(text).filter(({ id }) => id !== "RR02");
    expect(more).toEqual([]);
    const corrected = merged(parse(text), parse(first?.fix ?? ""), depth);
    expect(lint(JSON.stringify(corrected))).toEqual([]);
  });

  test("sections become flat keys for a RoadRunner that supports no others", () => {
    const [first] = lint(NESTED, "2024.3.1");
    const fix: unknown = parse(first?.fix ?? "");
    expect(fix).toEqual({
      jobs: {
        pipelines: {
          mails: {
            config: {
              redial_timeout: 300,
              exchange: "ex",
              exchange_type: "topic",
              exchange_durable: true,
              queue: "mails",
              routing_key: "mails",
              durable: true,
              queue_headers: { "x-max-priority": "5" },
            },
          },
        },
      },
    });
  });

  test("a fragment contains no credentials, whatever their characters", () => {
    const hard = swap(GOOD, "app:marked-secret@", "app:p@ss/marked-secret@");
    const text = swap(hard, "  tls:", "  heartbeat: 45s\n  tls:");
    const findings = lint(text);
    expect(JSON.stringify(findings)).not.toContain("marked-secret");
    expect(findings[0]?.fix).toContain("addr: amqp://${AMQP_USER}:${AMQP_PASSWORD}@rabbit:5672/?heartbeat=45\n");
  });
});

describe("a file that cannot be parsed gives a finding", () => {
  const bomb = `${Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${n === 0 ? "x" : `*a${n - 1},`.repeat(9)}]`).join("\n")}\n`;
  test.each<[string, string, string]>([
    ["syntax, with its line", "jobs:\n  consume: [a\n", "syntax 3"],
    ["a list", "- a\n", "notMap 1"],
    ["an empty file", "", "notMap 1"],
    ["too long", " ".repeat(TEXT_LENGTH_MAX + 1), "tooLong 1"],
    ["aliases that expand without end", bomb, "aliases 1"],
    ["nested brackets", `a: ${"[".repeat(20_000)}`, "tooDeep 1"],
    ["nested lists", "- ".repeat(20_000), "tooDeep 1"],
    ["a duplicate key, with its line", "jobs: {}\namqp: {}\njobs: {}\n", "twice 3"],
  ])("%s", (_, text, expected) => {
    const [first] = lint(text);
    expect([first?.id, `${first?.text.key} ${first?.line}`]).toEqual(["YAML", expected]);
  });

  test("a fault in an alias is reported at the pipeline that uses it", () => {
    const text = `x: &x { driver: amqp, config: { queue: q, routing_key: q, redial_timeout: 30 } }
jobs:
  consume: [a]
  pipelines:
    a:
      <<: *x
`;
    expect(summary(text)).toEqual(["RR06 warning 5:5", "RR07 warning 5:5"]);
  });
});
