import type { BrokerEvent, CloseReason } from "@/lib/rabbitmq/events/event";
import { type BrokerLogLevel, type LogText, logTextOf } from "@/lib/rabbitmq/events/log-form";

/** One message of the log exchange. */
export interface LogMessage {
  /** Text, or the object of the JSON formatter. */
  readonly body: unknown;
  readonly node: string | null;
  /** The routing key: the level of the message, however the format spells it. */
  readonly level?: string | null;
  readonly receivedMs: number;
  /** When the node published it; null if the message does not have it. */
  readonly sentMs?: number | null;
}

/** `unreadable`: the form is unknown, so nothing can be concluded from the message. `other`: nothing that is used. */
export type LogReading =
  | { readonly is: "event"; readonly event: BrokerEvent }
  | { readonly is: "other" }
  | { readonly is: "unreadable" };

const OTHER: LogReading = { is: "other" };
const UNREADABLE: LogReading = { is: "unreadable" };

const NAME = String.raw`(\S+:\d{1,5} -> \S+:\d{1,5})`;
const PID = String.raw`(?:<[\d.]+> )?`;
/** Messages about a connection begin like one of these; from 4.0 some lack the pid (source). */
const CLOSING = new RegExp(`^closing (?:AMQP|MQTT|STOMP|stream) connection ${PID}[<"(]{0,3}${NAME}`);
/** An operator closed it with a reason (measured on 4.3.6); 3.10 reports this as a connection exception. */
const FORCED = new RegExp(`^Closing AMQP connection ${PID}\\(${NAME}`);
const STOMP_SILENT = new RegExp(`^STOMP detected missed client heartbeat\\(s\\) on connection ${NAME}, closing it`);
const ERROR = new RegExp(`^Error on AMQP connection ${PID}\\(${NAME}`);
const CHANNEL = new RegExp(`^Channel error on connection ${PID}\\(${NAME}`);
const STOPPING = /^(?:RabbitMQ is asked to stop|SIGTERM received - shutting down)/;

const EXCEPTION = /^operation \S+ caused a connection exception (\w+): (.*)$/s;
/** How a node quotes the close of all connections at its own stop. */
const BY_SHUTDOWN = /^broker forced connection closure with reason '?(?:shutdown|normal)'?/;
const DETAIL_MAX = 500;
/** A longer message is not about a connection; a client's name is at most 255 bytes long. */
const BODY_MAX = 16_384;

/**
 * Reads one message of the log exchange: text and JSON formatter, in the forms of 3.10 to 3.13 (measured, source) and
 * 4.x (measured on 4.3.6, source).
 *
 * A client chooses its own name, line breaks included, and the name is in the middle of the text. Only the beginning and
 * what follows the last end of a head are certainly the broker's, so only these are trusted.
 */
export function readLog(message: LogMessage): LogReading {
  if (typeof message.body === "string" && message.body.length > BODY_MAX) return OTHER;
  const text = logTextOf(message.body, message.sentMs ?? message.receivedMs);
  if (text === null) return UNREADABLE;
  const atMs = text.atMs ?? message.sentMs ?? message.receivedMs;
  const first = text.lines[0] ?? "";
  if (text.lines.reduce((sum, line) => sum + line.length, 0) > BODY_MAX) return OTHER;
  if (STOPPING.test(first)) return { is: "event", event: { kind: "stopping", atMs, node: message.node } };
  const close = closeOf({ ...text, level: routedLevel(message.level) ?? text.level });
  if (close === null || "is" in close) return close ?? OTHER;
  return { is: "event", event: { kind: "close-reason", atMs, ...close } };
}

const ROUTED_LEVELS: readonly BrokerLogLevel[] = ["debug", "info", "notice", "warning", "error", "critical"];
const routedLevel = (routingKey: string | null | undefined): BrokerLogLevel | null =>
  ROUTED_LEVELS.find((level) => level === routingKey) ?? null;

type Cause = Pick<CloseReason, "reason" | "detail">;

/** null: not about the end of a connection. */
function closeOf({ level, lines }: LogText): Omit<CloseReason, "kind" | "atMs"> | typeof UNREADABLE | null {
  const first = lines[0] ?? "";
  const about = (pattern: RegExp): string | null => pattern.exec(first)?.[1] ?? null;
  const silent = about(STOMP_SILENT);
  if (silent !== null) return { connection: silent, final: true, ...cause("heartbeat", first) };
  const forced = about(FORCED);
  if (forced !== null) return { connection: forced, final: false, ...forcedBy(reasonOf(lines.join(" "))) };
  const closing = about(CLOSING);
  if (closing !== null) {
    const reason = closedBy(level, first, tailOf(lines));
    return reason === null ? UNREADABLE : { connection: closing, final: true, ...reason };
  }
  const error = about(ERROR);
  if (error !== null) {
    const tail = tailOf(lines);
    return tail === null || tail === "" ? UNREADABLE : { connection: error, final: false, ...failedBy(tail) };
  }
  const channel = about(CHANNEL);
  const tail = channel === null ? null : tailOf(lines);
  if (channel === null || tail === null || !/delivery acknowledgement on channel \d+ timed out/.test(tail)) return null;
  return { connection: channel, final: false, ...cause("consumer-timeout", tail) };
}

/** The head of a message, which names the connection, ends like this. */
const HEAD_END = /(?:\)|, channel \d{1,5}):/g;

/**
 * What follows the head: the lines after it, or the rest of the line if `single_line` joined them (a line break and the
 * comma before it become ", ", source). Empty if there is none; null if no line ends like a head.
 */
function tailOf(lines: readonly string[]): string | null {
  if (lines.length === 1) return afterHead(lines[0] ?? "", ", ");
  const head = lines.findLastIndex(
    (line, index) => index < lines.length - 1 && /(?:\)|, channel \d{1,5}):$/.test(line),
  );
  if (head === -1) return null;
  const tail = lines.slice(head + 1).map((line) => line.trim());
  // A long string is printed as several, one a line (Erlang's ~p).
  return tail.join(" ").replaceAll('" "', "").trim();
}

/** The text after the last end of a head that `joint` follows. */
function afterHead(line: string, joint: string): string {
  const ends = [...line.matchAll(HEAD_END)].map(({ index, 0: end }) => index + end.length);
  const last = ends.findLast((end) => line.startsWith(joint, end));
  return last === undefined ? "" : line.slice(last + joint.length).trim();
}

/** The operator's text after `user: 'NAME'): `. It may contain brackets and colons of its own. */
function reasonOf(line: string): string {
  const end = line.lastIndexOf("'): ");
  return end === -1 ? afterHead(line, " ") : line.slice(end + "'): ".length);
}

const cause = (reason: CloseReason["reason"], detail: string | null): Cause => ({
  reason,
  detail: detail === null || detail.trim() === "" ? null : detail.trim().slice(0, DETAIL_MAX),
});

/** Without a tail the client closed the connection properly. null: the format adds something after the text. */
function closedBy(level: BrokerLogLevel | null, first: string, tail: string | null): Cause | null {
  if (level === "info" || level === "notice") return cause("client-closed", null);
  if (tail === null) return null;
  if (/^missed heartbeats from client, timeout: \d+s$/.test(tail)) return cause("heartbeat", tail);
  if (first.endsWith("(keepalive timeout)") || /within idle timeout threshold/.test(tail)) {
    return cause("heartbeat", tail === "" ? first : tail);
  }
  if (tail === "client unexpectedly closed TCP connection") return cause("connection-lost", null);
  if (/missed heartbeats from client|client unexpectedly closed|\(keepalive timeout\)/.test(tail || first)) return null;
  if (/^\{(?:inet_error|writer|socket_error|sock_error|tls_alert)|^(?:etimedout|ehostunreach|enotconn)/.test(tail)) {
    return cause("connection-lost", tail);
  }
  if (isRefused(tail, "login ") || isRefused(tail, "access ") || tail.includes("credential")) {
    return cause("authentication", tail);
  }
  return tail === "" ? cause("unknown", null) : cause("protocol", tail);
}

/** Without a pattern: one with `.*` in the middle takes time quadratic in the length of a tail. */
function isRefused(tail: string, what: string): boolean {
  const at = tail.indexOf(what);
  return at !== -1 && tail.includes("refused", at + what.length);
}

/** The reason in the tail of an error that leads to a close. */
function failedBy(tail: string): Cause {
  const [, name = "", quoted = ""] = EXCEPTION.exec(tail) ?? [];
  const text = /^"(.*)"$/s.exec(quoted)?.[1] ?? quoted;
  // The exception of a client may quote its own text, in which Erlang escapes the quotation marks.
  if (name === "connection_forced" && !quoted.startsWith("\\")) return forcedBy(text);
  if (name === "access_refused" || tail.includes("login refused") || isRefused(tail, "access to vhost ")) {
    return cause("authentication", tail);
  }
  if (/no frame received from client within idle timeout/.test(tail)) return cause("heartbeat", text);
  return cause("protocol", tail);
}

const forcedBy = (text: string): Cause => cause(BY_SHUTDOWN.test(text) ? "broker-stopped" : "forced", text);
