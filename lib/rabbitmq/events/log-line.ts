import { z } from "zod";
import type { BrokerEvent, CloseReason } from "@/lib/rabbitmq/events/event";

/** `DATE TIME [level] <pid> `, which the text formatter repeats before each line (measured on 3.10.8). */
const PREFIX = /^\d{4}-\d\d-\d\d[ T]\S+ \[(\w+)\] <[\d.]+> /;
/** A line of the log is a connection's own if it begins like one of these; from 4.0 some lack the pid (source). */
const CLOSING = /^closing (AMQP|MQTT|STOMP|stream) connection (?:<[\d.]+> )?["(]?(\S+:\d{1,5} -> \S+:\d{1,5})/i;
const ERROR = /^Error on AMQP connection (?:<[\d.]+> )?\((\S+:\d{1,5} -> \S+:\d{1,5})/;
const CHANNEL = /^Channel error on connection (?:<[\d.]+> )?\((\S+:\d{1,5} -> \S+:\d{1,5})/;
const STOPPING = /^(RabbitMQ is asked to stop|SIGTERM received - shutting down)/;

const EXCEPTION = /^ ?operation \S+ caused a connection exception (\w+): (.*)$/;
const DETAIL_MAX = 500;
/** A line longer than this is no line about a connection; a client's name may be up to 255 bytes long. */
const BODY_MAX = 16_384;

const Json = z.object({ level: z.string(), msg: z.string(), time: z.union([z.string(), z.number()]).optional() });

interface Line {
  readonly level: string;
  /** Without prefixes; the name of a client may add lines of its own. */
  readonly lines: readonly string[];
  readonly atMs: number | null;
}

/**
 * One message of the log exchange → what it says of a connection or of the node, or null. `receivedMs` stands in where
 * the line carries no time. Text and JSON formatter, the forms of 3.10 to 3.13 (measured, source) and 4.x (source).
 *
 * A client chooses its own name, line breaks included, and it stands in the middle of the text: only the beginning of
 * the first line and the whole of the last one are the broker's, so nothing else is believed.
 */
export function parseLog(body: unknown, node: string | null, receivedMs: number): BrokerEvent | null {
  const line = typeof body === "string" ? fromText(body) : fromJson(body);
  const first = line?.lines[0];
  if (!line || first === undefined) return null;
  const atMs = line.atMs ?? receivedMs;
  if (STOPPING.test(first)) return { kind: "stopping", atMs, node };
  const last = line.lines.length > 1 ? (line.lines.at(-1) ?? "") : "";
  const closing = CLOSING.exec(first);
  if (closing?.[2] !== undefined) {
    return { kind: "told", atMs, connection: closing[2], final: true, ...closed(line.level, first, last) };
  }
  const error = ERROR.exec(first);
  if (error?.[1] !== undefined) return { kind: "told", atMs, connection: error[1], final: false, ...failedBy(last) };
  const channel = CHANNEL.exec(first);
  if (channel?.[1] === undefined || !/delivery acknowledgement on channel \d+ timed out/.test(last)) return null;
  return { kind: "told", atMs, connection: channel[1], final: false, ...because("consumer-timeout", last) };
}

/** An AMQP library hands a body of `application/json` over as what it means. */
function fromJson(body: unknown): Line | null {
  const row = Json.safeParse(body);
  if (!row.success || row.data.msg.length > BODY_MAX) return null;
  return { level: row.data.level, lines: trimmed(row.data.msg).split("\n"), atMs: timeOf(row.data.time) };
}

function fromText(body: string): Line | null {
  const prefix = body.length > BODY_MAX ? null : PREFIX.exec(body);
  if (!prefix?.[1]) return null;
  const lines = trimmed(body)
    .split("\n")
    .map((line) => line.replace(PREFIX, ""));
  return { level: prefix[1], lines, atMs: timeOf(body.slice(0, body.indexOf(" ["))) };
}

const trimmed = (text: string): string => text.replace(/\r?\n$/, "");

/** The JSON formatter gives microseconds, or text if it was told a format. */
function timeOf(time: string | number | undefined): number | null {
  if (time === undefined) return null;
  const ms = typeof time === "number" ? time / 1_000 : Date.parse(time.replace(" ", "T"));
  return Number.isFinite(ms) ? Math.round(ms) : null;
}

type Because = Pick<CloseReason, "reason" | "detail">;

const because = (reason: CloseReason["reason"], detail: string | null): Because => ({
  reason,
  detail: detail === null || detail.trim() === "" ? null : detail.trim().slice(0, DETAIL_MAX),
});

/** What the last line says of a connection that is being closed. Without one, the client had said goodbye. */
function closed(level: string, first: string, last: string): Because {
  if (/^missed heartbeats from client, timeout: \d+s$/.test(last)) return because("heartbeat", last);
  if (first.endsWith("(keepalive timeout)") || /within idle timeout threshold/.test(last)) {
    return because("heartbeat", last === "" ? first : last);
  }
  if (last === "client unexpectedly closed TCP connection") return because("connection-lost", null);
  if (level === "info" || level === "notice") return because("client-closed", null);
  if (/^\{(inet_error|writer|socket_error|sock_error|tls_alert)|^(etimedout|ehostunreach|enotconn)/.test(last)) {
    return because("connection-lost", last);
  }
  if (/(login|access) .*refused|credential/.test(last)) return because("authentication", last);
  return last === "" ? because("unknown", null) : because("protocol", last);
}

/** What the last line says of an error that is about to close a connection. */
function failedBy(last: string): Because {
  const [, name = "", quoted = ""] = EXCEPTION.exec(last) ?? [];
  const said = /^"(.*)"$/s.exec(quoted)?.[1] ?? quoted;
  if (name === "connection_forced") {
    const ours = /^broker forced connection closure with reason '?(shutdown|normal)'?/.test(said);
    return because(ours ? "broker-stopped" : "forced", said);
  }
  if (name === "access_refused" || /login refused|access to vhost .* refused/.test(last)) {
    return because("authentication", last);
  }
  if (/no frame received from client within idle timeout/.test(last)) return because("heartbeat", said);
  return because("protocol", last);
}
