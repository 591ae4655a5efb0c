import { z } from "zod";
import type { BrokerEvent, CloseReason } from "@/lib/rabbitmq/events/event";

/** `DATE TIME [level] <pid> `, which the text formatter repeats before each line (measured on 3.10.8). */
const PREFIX = /^\d{4}-\d\d-\d\d[ T]\S+ \[(\w+)\] <[\d.]+> /;
/** Log lines about a connection begin like one of these; from 4.0 some lack the pid (source). */
const CLOSING = /^closing (AMQP|MQTT|STOMP|stream) connection (?:<[\d.]+> )?["(]?(\S+:\d{1,5} -> \S+:\d{1,5})/i;
const ERROR = /^Error on AMQP connection (?:<[\d.]+> )?\((\S+:\d{1,5} -> \S+:\d{1,5})/;
const CHANNEL = /^Channel error on connection (?:<[\d.]+> )?\((\S+:\d{1,5} -> \S+:\d{1,5})/;
const STOPPING = /^(RabbitMQ is asked to stop|SIGTERM received - shutting down)/;

const EXCEPTION = /^ ?operation \S+ caused a connection exception (\w+): (.*)$/;
const DETAIL_MAX = 500;
/** A longer line is not about a connection; a client's name is at most 255 bytes long. */
const BODY_MAX = 16_384;

const Json = z.object({ level: z.string(), msg: z.string(), time: z.union([z.string(), z.number()]).optional() });

interface Line {
  readonly level: string;
  /** Without prefixes. The name of a client may contain line breaks. */
  readonly lines: readonly string[];
  readonly atMs: number | null;
}

/**
 * Parses one message of the log exchange; null if it is not about a connection or a stop of the node. `receivedMs` is
 * used for a line without a time. Text and JSON formatter, as of 3.10 to 3.13 (measured, source) and 4.x (source).
 *
 * A client chooses its own name, line breaks included, and the name is in the middle of the text. Only the beginning of
 * the first line and the whole last line are certainly the broker's, so only these are trusted.
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
    return { kind: "close-reason", atMs, connection: closing[2], final: true, ...closed(line.level, first, last) };
  }
  const error = ERROR.exec(first);
  if (error?.[1] !== undefined)
    return { kind: "close-reason", atMs, connection: error[1], final: false, ...failedBy(last) };
  const channel = CHANNEL.exec(first);
  if (channel?.[1] === undefined || !/delivery acknowledgement on channel \d+ timed out/.test(last)) return null;
  return { kind: "close-reason", atMs, connection: channel[1], final: false, ...cause("consumer-timeout", last) };
}

/** The AMQP library parses a body of `application/json` itself. */
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

/** The JSON formatter writes microseconds, or text if a time format is configured. */
function timeOf(time: string | number | undefined): number | null {
  if (time === undefined) return null;
  const ms = typeof time === "number" ? time / 1_000 : Date.parse(time.replace(" ", "T"));
  return Number.isFinite(ms) ? Math.round(ms) : null;
}

type Cause = Pick<CloseReason, "reason" | "detail">;

const cause = (reason: CloseReason["reason"], detail: string | null): Cause => ({
  reason,
  detail: detail === null || detail.trim() === "" ? null : detail.trim().slice(0, DETAIL_MAX),
});

/** The reason in the last line of a close. Without such a line, the client closed the connection properly. */
function closed(level: string, first: string, last: string): Cause {
  if (/^missed heartbeats from client, timeout: \d+s$/.test(last)) return cause("heartbeat", last);
  if (first.endsWith("(keepalive timeout)") || /within idle timeout threshold/.test(last)) {
    return cause("heartbeat", last === "" ? first : last);
  }
  if (last === "client unexpectedly closed TCP connection") return cause("connection-lost", null);
  if (level === "info" || level === "notice") return cause("client-closed", null);
  if (/^\{(inet_error|writer|socket_error|sock_error|tls_alert)|^(etimedout|ehostunreach|enotconn)/.test(last)) {
    return cause("connection-lost", last);
  }
  if (/(login|access) .*refused|credential/.test(last)) return cause("authentication", last);
  return last === "" ? cause("unknown", null) : cause("protocol", last);
}

/** The reason in the last line of an error that leads to a close. */
function failedBy(last: string): Cause {
  const [, name = "", quoted = ""] = EXCEPTION.exec(last) ?? [];
  const text = /^"(.*)"$/s.exec(quoted)?.[1] ?? quoted;
  if (name === "connection_forced") {
    const byShutdown = /^broker forced connection closure with reason '?(shutdown|normal)'?/.test(text);
    return cause(byShutdown ? "broker-stopped" : "forced", text);
  }
  if (name === "access_refused" || /login refused|access to vhost .* refused/.test(last)) {
    return cause("authentication", last);
  }
  if (/no frame received from client within idle timeout/.test(last)) return cause("heartbeat", text);
  return cause("protocol", last);
}
