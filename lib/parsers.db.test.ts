import { describe, expect, test } from "vitest";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import { parseBoundedJson } from "@/lib/base/http/bounded-json";
import { redactUrls } from "@/lib/base/log/redact";
import { parseDuration } from "@/lib/base/time/duration";
import { recurringFault } from "@/lib/base/time/recurring";
import { faultOfCost } from "@/lib/cost.testing";
import { cut } from "@/lib/notifications/formats/text";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { mqttClientId } from "@/lib/rabbitmq/api/mqtt-client-id";
import { parseMetrics } from "@/lib/rabbitmq/api/parse-metrics";
import { FOLDING_RULE_IDS, foldingRules } from "@/lib/rabbitmq/clients/folding-rules";
import { identify } from "@/lib/rabbitmq/clients/identity";
import { NO_PATTERNS } from "@/lib/rabbitmq/clients/name-folding";
import { readLog } from "@/lib/rabbitmq/events/log-line";
import { passes } from "@/lib/rabbitmq/queues/routing-key";
import { statementFault } from "@/lib/sources/adapters/sql/queries";
import { fingerprint } from "@/lib/sources/jobs/error-groups";
import { parseVersion } from "@/lib/sources/roadrunner/version";

const log = (body: unknown) => readLog({ body, node: null, receivedMs: 0 });
const named = (userProvidedName: string) =>
  identify("main", { ...aConnection(1), userProvidedName }, [], {
    strip: NO_PATTERNS,
    fold: foldingRules(FOLDING_RULE_IDS),
  });

/** Up to here the cost grows with the square of the words. */
const LONG_KEY = "a.".repeat(200);

/** What of ours reads texts from outside, by what the text is. YAML is read by a library, and bounded at 128 kB. */
const PARSERS: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ["a matcher", (text) => parseMatchers([text])],
  ["a matcher's value", (text) => parseMatchers([`queue=~"${text}`])],
  ["a message of the log", log],
  [
    "an error of a connection",
    (text) => log(`2026-11-30 20:15:00.000 [error] <0.1.0> Error on AMQP connection <0.1.0> (${text}`),
  ],
  [
    "a message of the JSON formatter",
    (text) => log({ msg: `closing AMQP connection <0.1.0> (${text}`, level: "error" }),
  ],
  ["a connection's name", named],
  ["an MQTT client id", mqttClientId],
  ["metrics of a node", parseMetrics],
  [
    "a routing key longer than AMQP allows",
    (text) => passes("topic", LONG_KEY + text, { is: "pattern", pattern: LONG_KEY + text }),
  ],
  ["an answer in JSON", (text) => parseBoundedJson(Buffer.from(text), 1_000)],
  ["an error of a job", fingerprint],
  ["a statement", statementFault],
  ["a version", parseVersion],
  ["a duration", parseDuration],
  [
    "a cron expression",
    (text) => recurringFault({ cron: text.slice(0, 200), zone: "Europe/Berlin", durationMs: 60_000 }),
  ],
  ["a line of our own log", redactUrls],
  ["a text of a notification", (text) => cut(text, 500)],
];

const PUMPS = [
  "a",
  " ",
  "\n",
  '"',
  "\\",
  "[",
  "{",
  "(",
  "- ",
  "a=",
  "a.",
  "#.",
  "a: ",
  "://a@",
  "1",
  "*/1,",
  "${A}",
  "a, channel 1:\n",
  "a:1 -> b:2",
  "'",
  "\t",
  "é",
  "😀",
];

describe.each(PARSERS)("the cost of reading %s is linear", (_, read) => {
  test.each(PUMPS)("in %j", (pump) => {
    const fault = faultOfCost((length) => {
      const text = pump.repeat(Math.ceil(length / pump.length));
      return () => void read(text);
    });
    expect(fault).toBeNull();
  });
});
