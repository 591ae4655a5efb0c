import { describe, expect, test } from "vitest";
import { readLog } from "@/lib/rabbitmq/events/log-line";
import { AT, CONNECTION, closeReason, line, NOW } from "@/lib/rabbitmq/events/log-line.testing";

/** The text of a clean close and of an abrupt one, as every format below writes them. */
const CLEAN = `closing AMQP connection <0.843.0> (${CONNECTION} - svc, vhost: '/', user: 'guest')`;
const ABRUPT = `closing AMQP connection <0.885.0> (${CONNECTION} - svc, vhost: '/', user: 'guest'):`;
const SOCKET_CLOSED = "client unexpectedly closed TCP connection";

describe("single_line joins the lines with a comma (measured on 3.10.8)", () => {
  const single = (level: string, text: string) => `1796063842.065058 [${level}] <0.885.0> ${text}\n`;
  const name = `${CONNECTION} - svc, vhost: '/', user: 'guest'`;
  test.each([
    ["abrupt", single("wrn", `${ABRUPT}, ${SOCKET_CLOSED}`), "connection-lost", null],
    [
      "heartbeat",
      single(
        "err",
        `closing AMQP connection <0.6.0> (${CONNECTION} - svc):, missed heartbeats from client, timeout: 60s`,
      ),
      "heartbeat",
      "missed heartbeats from client, timeout: 60s",
    ],
    [
      "shutdown",
      single(
        "err",
        `Error on AMQP connection <0.6.0> (${name}, state: running), channel 0:, operation none caused a connection exception connection_forced: "broker forced connection closure with reason 'shutdown'"`,
      ),
      "broker-stopped",
      "broker forced connection closure with reason 'shutdown'",
    ],
    [
      "forced",
      single(
        "err",
        `Error on AMQP connection <0.6.0> (${name}, state: running), channel 0:, operation none caused a connection exception connection_forced: "maintenance of a rack: it goes on"`,
      ),
      "forced",
      "maintenance of a rack: it goes on",
    ],
    [
      "a refused log-in",
      single(
        "err",
        `Error on AMQP connection <0.6.0> (${CONNECTION}, state: starting):, PLAIN login refused: user 'guest' - invalid credentials`,
      ),
      "authentication",
      "PLAIN login refused: user 'guest' - invalid credentials",
    ],
    [
      "a consumer timeout",
      single(
        "err",
        `Channel error on connection <0.6.0> (${name}), channel 1:, operation none caused a channel exception precondition_failed: delivery acknowledgement on channel 1 timed out. Timeout value used: 10000 ms.`,
      ),
      "consumer-timeout",
      "operation none caused a channel exception precondition_failed: delivery acknowledgement on channel 1 timed out. Timeout value used: 10000 ms.",
    ],
    ["clean", single("inf", CLEAN), "client-closed", null],
  ])("%s", (_, body, reason, detail) => {
    expect(closeReason(body)).toMatchObject({ connection: CONNECTION, reason, detail });
  });

  test("a name that imitates a reason is ignored", () => {
    const forged = "evil):, missed heartbeats from client, timeout: 10s";
    const clean = `closing AMQP connection <0.1.0> (${CONNECTION} - ${forged}, vhost: '/', user: 'guest')`;
    expect(closeReason(single("inf", clean))?.reason).toBe("client-closed");
    expect(closeReason(single("wrn", `${clean}:, ${SOCKET_CLOSED}`))?.reason).toBe("connection-lost");
  });

  test("a client cannot quote a forced close into its own exception", () => {
    const tail =
      'operation queue.declare caused a connection exception not_allowed: "x), channel 0:, operation none caused a connection exception connection_forced: \\"deploy\\""';
    const body = single("err", `Error on AMQP connection <0.6.0> (${name}, state: running), channel 1:, ${tail}`);
    expect(closeReason(body)?.reason).toBe("protocol");
  });
});

describe("level_format", () => {
  const forms = ["info", "INFO", "inf", "INF", "notice", "NOTICE", "noti", "NOTI", "ntc", "NTC"];
  test.each(forms)("[%s] before a clean close", (level) => {
    expect(closeReason(line(level, CLEAN))?.reason).toBe("client-closed");
    expect(closeReason({ level, msg: CLEAN })?.reason).toBe("client-closed");
  });
  const warnings = ["warning", "WARNING", "warn", "WARN", "wrn", "WRN", "error", "ERROR", "erro", "ERRO", "err", "ERR"];
  test.each(warnings)("[%s] before an abrupt one", (level) => {
    expect(closeReason(line(level, ABRUPT, SOCKET_CLOSED))?.reason).toBe("connection-lost");
  });
  test("without a level in the format the routing key has it", () => {
    expect(closeReason(`${AT} ${CLEAN}\n`, "info")?.reason).toBe("client-closed");
    expect(closeReason(`${AT} ${CLEAN}\n`, "error")?.reason).toBe("unknown");
  });
});

describe("time_format", () => {
  const ms = Date.parse("2026-11-21T04:53:23.112Z");
  test.each([
    ["rfc3339_space", "2026-11-21 04:53:23.112031+00:00"],
    ["rfc3339_T", "2026-11-20T23:53:23.112031-05:00"],
    ["RFC 3339 in UTC", "2026-11-21T04:53:23.112031Z"],
    ["epoch_usecs", "1795236803112031"],
    ["epoch_secs", "1795236803.112031"],
    ["lager_default, which has no offset", "2026-11-21 10:23:23.112"],
  ])("%s", (_, time) => {
    const [text, json] = [`${time} [info] <0.684.0> ${CLEAN}\n`, { level: "info", msg: CLEAN, time }];
    expect(closeReason(text, null, ms + 400)).toMatchObject({ reason: "client-closed", atMs: ms });
    expect(closeReason(json, null, ms + 400)).toMatchObject({ reason: "client-closed", atMs: ms });
  });
  test("epoch_secs as a number", () => {
    expect(closeReason({ level: "info", msg: CLEAN, time: 1_795_236_803 })?.atMs).toBe(1_795_236_803_000);
  });
  test("a message without a time has that of its publication, or else of its receipt", () => {
    expect(closeReason(`[info] ${CLEAN}\n`, null, 5_000)?.atMs).toBe(5_000);
    expect(closeReason(`[info] ${CLEAN}\n`)?.atMs).toBe(NOW);
  });
});

describe("plaintext.format, field_map and colours", () => {
  const abruptClose = (prefix: string) => `${prefix}${ABRUPT}\n${prefix}${SOCKET_CLOSED}\n`;
  test.each([
    ["$level $time $msg (documentation)", "warning 2024-10-04 03:24:03.338466-04:00 "],
    ["$level $time $pid - $msg (measured on 3.10.8)", "WARN 2026-11-30 18:37:22.065 <0.885.0> - "],
    ["$time|$level|$domain|$msg", "1728025620684139|warning|rabbitmq.connection|"],
    ["time=$time level=$level msg=$msg", "time=2026-11-21T04:53:23.112Z level=wrn msg="],
    ["$msg", ""],
    ["log.exchange.formatter.plaintext without a prefix but the pid", "<0.885.0> "],
  ])("%s", (_, prefix) => {
    expect(closeReason(abruptClose(prefix), "warning")?.reason).toBe("connection-lost");
    expect(closeReason(`${prefix}${CLEAN}\n`, "info")?.reason).toBe("client-closed");
  });

  test("colours", () => {
    const coloured = (text: string) => `\u001b[38;5;214m${AT} [warning] <0.1.0> ${text}\u001b[0m\n`;
    expect(closeReason(coloured(ABRUPT) + coloured(SOCKET_CLOSED))?.reason).toBe("connection-lost");
  });

  test.each([
    [
      "time:ts level:lvl msg:message",
      { ts: 1_795_236_803_112_031, lvl: "warning", message: `${ABRUPT}\n${SOCKET_CLOSED}` },
    ],
    [
      "other names",
      {
        "@timestamp": "2026-11-21T04:53:23.112Z",
        severity: "WARN",
        event: `${ABRUPT}\n${SOCKET_CLOSED}`,
        verbosity: 1,
      },
    ],
    ["single_line", { t: 1_795_236_803, m: `${ABRUPT}, ${SOCKET_CLOSED}`, pid: "<0.5.0>" }],
    ["the text alone", { text: `${ABRUPT}\n${SOCKET_CLOSED}` }],
  ])("JSON with the fields %s", (_, body) => {
    expect(closeReason(body, "warning")?.reason).toBe("connection-lost");
  });
});

describe("a form that is unknown", () => {
  const isOf = (body: unknown, level = "info") => readLog({ body, node: null, level, receivedMs: NOW }).is;
  test.each([
    ["words before the text", `RMQ at ${AT}: ${CLEAN}\n`, "info"],
    ["JSON without the text", { time: 1_795_236_803_112_031, level: "info", pid: "<0.1.0>" }, "info"],
    ["the level after the text", `${AT} ${ABRUPT} [warning]\n${AT} ${SOCKET_CLOSED} [warning]\n`, "warning"],
    ["the level after a single line", `${AT} ${ABRUPT}, ${SOCKET_CLOSED} [warning]\n`, "warning"],
    ["no log line at all", "\u0000\ufffd", "info"],
  ])("%s", (_, body, level) => expect(isOf(body, level)).toBe("unreadable"));

  test.each([
    ["a node's start", line("info", " Server startup complete; 4 plugins started.")],
    ["an HTTP log-in", line("info", "User 'guest' authenticated successfully")],
    ["an empty line", line("notice", "")],
    ["a very long one", line("error", "x".repeat(20_000))],
    ["JSON", { time: 1, level: "info", msg: "Ready" }],
  ])("%s is readable, and nothing that is used", (_, body) => expect(isOf(body)).toBe("other"));

  test("a name is no text of the broker's, wherever it begins", () => {
    const named = `connection <0.1.0> (1.2.3.4:5 -> 1.2.3.4:6) has a client-provided name: ${CLEAN}`;
    expect(isOf(line("info", named))).toBe("other");
    expect(isOf(`${named}\n`)).toBe("other");
  });
});
