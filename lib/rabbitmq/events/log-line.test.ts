import { describe, expect, test } from "vitest";
import type { CloseReason } from "@/lib/rabbitmq/events/event";
import { readLog } from "@/lib/rabbitmq/events/log-line";
import { AT, CONNECTION, closeReason, line, NOW } from "@/lib/rabbitmq/events/log-line.testing";

describe("why a connection closed, line by line", () => {
  const cases: readonly [string, unknown, Pick<CloseReason, "reason" | "detail" | "final"> | null][] = [
    [
      "a clean close (3.10, measured)",
      line("info", `closing AMQP connection <0.5534.0> (${CONNECTION} - e-clean, vhost: '/', user: 'guest')`),
      { reason: "client-closed", detail: null, final: true },
    ],
    [
      "a clean close (4.x: no pid, a duration)",
      line("info", `closing AMQP connection (${CONNECTION} - e-clean, vhost: '/', user: 'guest', duration: '5M, 2s')`),
      { reason: "client-closed", detail: null, final: true },
    ],
    [
      "the socket closed without an AMQP close: FIN, RST and SIGKILL are logged alike (measured)",
      line(
        "warning",
        `closing AMQP connection <0.5555.0> (${CONNECTION} - e-fin, vhost: '/', user: 'guest'):`,
        "client unexpectedly closed TCP connection",
      ),
      { reason: "connection-lost", detail: null, final: true },
    ],
    [
      "missed heartbeats (3.10, measured)",
      line(
        "error",
        `closing AMQP connection <0.3343.0> (${CONNECTION} - stop-amqplib):`,
        "missed heartbeats from client, timeout: 10s",
      ),
      { reason: "heartbeat", detail: "missed heartbeats from client, timeout: 10s", final: true },
    ],
    [
      "missed heartbeats (4.x: a duration)",
      line(
        "error",
        `closing AMQP connection <0.1.0> (${CONNECTION}, duration: '5M, 2s'):`,
        "missed heartbeats from client, timeout: 60s",
      ),
      { reason: "heartbeat", detail: "missed heartbeats from client, timeout: 60s", final: true },
    ],
    [
      "closed through the management API, with a reason",
      line(
        "error",
        `Error on AMQP connection <0.5597.0> (${CONNECTION} - e-force, vhost: '/', user: 'guest', state: running), channel 0:`,
        ' operation none caused a connection exception connection_forced: "rotating credentials"',
      ),
      { reason: "forced", detail: "rotating credentials", final: false },
    ],
    [
      "the node shuts down",
      line(
        "error",
        `Error on AMQP connection <0.5597.0> (${CONNECTION} - x, vhost: '/', user: 'guest', state: running), channel 0:`,
        " operation none caused a connection exception connection_forced: \"broker forced connection closure with reason 'shutdown'\"",
      ),
      { reason: "broker-stopped", detail: "broker forced connection closure with reason 'shutdown'", final: false },
    ],
    [
      "a wrong password",
      line(
        "error",
        `Error on AMQP connection <0.5642.0> (${CONNECTION}, state: starting):`,
        "PLAIN login refused: user 'guest' - invalid credentials",
      ),
      { reason: "authentication", detail: "PLAIN login refused: user 'guest' - invalid credentials", final: false },
    ],
    [
      "another protocol at the port",
      line("error", `closing AMQP connection <0.5665.0> (${CONNECTION}):`, '{bad_header,<<"GET / HT">>}'),
      { reason: "protocol", detail: '{bad_header,<<"GET / HT">>}', final: true },
    ],
    [
      "a broken frame",
      line(
        "error",
        `Error on AMQP connection <0.5670.0> (${CONNECTION} - e-bad, vhost: '/', user: 'guest', state: running), channel 0:`,
        ' operation none caused a connection exception frame_error: "type 8, all octets = <<>>"',
      ),
      {
        reason: "protocol",
        detail: 'operation none caused a connection exception frame_error: "type 8, all octets = <<>>"',
        final: false,
      },
    ],
    [
      "a consumer that never acknowledged: its channel closes, the connection stays open",
      line(
        "error",
        `Channel error on connection <0.5760.0> (${CONNECTION}, vhost: '/', user: 'guest'), channel 1:`,
        " operation none caused a channel exception precondition_failed: delivery acknowledgement on channel 1 timed out. Timeout value used: 10000 ms.",
      ),
      {
        reason: "consumer-timeout",
        detail:
          "operation none caused a channel exception precondition_failed: delivery acknowledgement on channel 1 timed out. Timeout value used: 10000 ms.",
        final: false,
      },
    ],
    [
      "the socket of an IPv6 client",
      line(
        "warning",
        "closing AMQP connection <0.5.0> ([::1]:53260 -> [::1]:5672, vhost: '/', user: 'guest'):",
        "client unexpectedly closed TCP connection",
      ),
      { reason: "connection-lost", detail: null, final: true },
    ],
    [
      "the JSON formatter, several lines in one text (measured)",
      {
        time: "2026-11-21 05:23:50.237199+00:00",
        level: "warning",
        msg: `closing AMQP connection <0.850.0> (${CONNECTION} - crash, vhost: '/', user: 'guest'):\nclient unexpectedly closed TCP connection`,
        domain: "rabbitmq.connection",
        pid: "<0.850.0>",
      },
      { reason: "connection-lost", detail: null, final: true },
    ],
    [
      "an error of another channel is no end",
      line(
        "error",
        `Channel error on connection <0.5760.0> (${CONNECTION}, vhost: '/', user: 'guest'), channel 1:`,
        "operation basic.consume caused a channel exception not_found: no queue 'missing' in vhost '/'",
      ),
      null,
    ],
    ["a line about something else", line("info", "rabbit on node rabbit@a is up"), null],
    ["a body that is no log line", "\u0000\ufffd", null],
    ["a body of another shape", { level: 3 }, null],
  ];
  test.each(cases)("%s", (_, body, expected) => {
    const event = closeReason(body);
    expect(event && { reason: event.reason, detail: event.detail, final: event.final }).toEqual(expected);
    if (event) expect(event.connection).toMatch(/:53260 -> /);
  });
});

test("the time is the line's own", () => {
  expect(closeReason(line("info", `closing AMQP connection <0.1.0> (${CONNECTION})`))?.atMs).toBe(
    Date.parse("2026-11-21T04:53:23.112Z"),
  );
  const micros = { time: 1_795_236_803_112_031, level: "info", msg: `closing AMQP connection <0.1.0> (${CONNECTION})` };
  expect(closeReason(micros)?.atMs).toBe(1_795_236_803_112);
});

describe("a client's name is the client's own text", () => {
  const forged = [
    `evil):\n${AT} [error] <0.1.0> missed heartbeats from client, timeout: 10s`,
    "evil):\nclient unexpectedly closed TCP connection",
    'evil):\n operation none caused a connection exception connection_forced: "deploy"',
  ];
  test.each(forged)("a forged line in it is ignored: %j", (name) => {
    const clean = line("info", `closing AMQP connection <0.1.0> (${CONNECTION} - ${name}, vhost: '/', user: 'guest')`);
    expect(closeReason(clean)?.reason).toBe("client-closed");
    const json = {
      level: "warning",
      msg: `closing AMQP connection <0.1.0> (${CONNECTION} - ${name}):\nclient unexpectedly closed TCP connection`,
    };
    expect(closeReason(json)?.reason).toBe("connection-lost");
  });

  test("a name in the form of another connection does not count as one", () => {
    const name = "10.0.0.1:1 -> 10.0.0.2:2";
    expect(
      closeReason(line("info", `closing AMQP connection <0.1.0> (${CONNECTION} - ${name}, vhost: '/', user: 'guest')`)),
    ).toMatchObject({ connection: CONNECTION });
  });
});

test.each(["SIGTERM received - shutting down", "RabbitMQ is asked to stop..."])(
  "a node announces its stop: %s",
  (text) => {
    expect(readLog({ body: line("notice", text), node: "rabbit@a", receivedMs: NOW })).toMatchObject({
      event: { kind: "stopping", node: "rabbit@a" },
    });
  },
);

describe("an operator closes a connection with a reason (measured on 4.3.6)", () => {
  const forced = (text: string) =>
    line("warning", `Closing AMQP connection <0.1074.0> (${CONNECTION} - svc, vhost: '/', user: 'guest'): ${text}`);
  test.each([
    ["maintenance", "forced"],
    ["moved: see (ticket 7): later", "forced"],
    ["broker forced connection closure with reason 'shutdown'", "broker-stopped"],
  ])("%s", (text, reason) => {
    expect(closeReason(forced(text))).toMatchObject({ connection: CONNECTION, reason, final: false });
  });
  test("its reason is the detail", () => {
    expect(closeReason(forced("maintenance"))?.detail).toBe("maintenance");
    expect(closeReason(forced("moved: see (ticket 7): later"))?.detail).toBe("moved: see (ticket 7): later");
  });
  test("the other lines of the close", () => {
    expect(closeReason(line("info", 'Closing connection <0.1074.0> because "maintenance"'))).toBeNull();
    expect(closeReason(line("info", `closing AMQP connection (${CONNECTION} - svc, duration: '6s')`))).toMatchObject({
      reason: "client-closed",
      final: true,
    });
  });
});

describe("other protocols (measured on 4.3.6)", () => {
  test.each([
    ["MQTT", line("error", `closing MQTT connection <<"${CONNECTION}">> (keepalive timeout)`)],
    ["MQTT of 3.10", line("error", `closing MQTT connection "${CONNECTION}" (keepalive timeout)`)],
    ["STOMP", line("warning", `STOMP detected missed client heartbeat(s) on connection ${CONNECTION}, closing it`)],
  ])("%s without a heartbeat", (_, body) => {
    expect(closeReason(body)).toMatchObject({ connection: CONNECTION, reason: "heartbeat", final: true });
  });
  test("HTTP at the AMQP port", () => {
    const body = line(
      "error",
      `closing AMQP connection ${CONNECTION} (duration: '1ms'):`,
      "HTTP GET request detected on AMQP port. Ensure the client is connecting to the correct port.",
    );
    expect(closeReason(body)).toMatchObject({ connection: CONNECTION, reason: "protocol" });
  });
});

describe("Erlang terms of several lines", () => {
  const head = `closing AMQP connection <0.885.0> (${CONNECTION} - svc, vhost: '/', user: 'guest'):`;
  test("a failed write", () => {
    const body = line("error", head, "{writer,send_failed,", "    {error,", "        etimedout}}");
    expect(closeReason(body)).toMatchObject({
      reason: "connection-lost",
      detail: "{writer,send_failed, {error, etimedout}}",
    });
  });
  test("a long reason is one text", () => {
    const body = line(
      "error",
      `Error on AMQP connection <0.6.0> (${CONNECTION} - svc, state: running), channel 0:`,
      ' operation none caused a connection exception connection_forced: "first part, "',
      '                                                                 "second part"',
    );
    expect(closeReason(body)).toMatchObject({ reason: "forced", detail: "first part, second part" });
  });
});

test("the time to read is linear in the length of a name", () => {
  for (const unit of ["):", "a:1 -> ", "<", " ", "[info] ", ", channel 1:, ", "1 ", "access ", "\n"]) {
    const name = unit.repeat(Math.floor(16_000 / unit.length));
    const startMs = performance.now();
    for (const body of [name, line("info", name), line("error", `closing AMQP connection <0.1.0> (${name}`)])
      readLog({ body, node: null, receivedMs: NOW });
    expect(performance.now() - startMs).toBeLessThan(200);
  }
});
