import { z } from "zod";
import type { Reason } from "@/lib/base/messages/reason";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { mqttClientId } from "@/lib/rabbitmq/api/mqtt-client-id";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";

/** What a broker publishes to its event exchange and its log exchange. Times are of the broker's clock. */
export type BrokerEvent =
  | {
      readonly kind: "opened";
      readonly atMs: number;
      readonly connection: Connection;
      /** `<0.N.M>` on its node, as the node's Prometheus metrics name it. */
      readonly pid: string | null;
    }
  | { readonly kind: "closed"; readonly atMs: number; readonly node: string | null; readonly connection: string }
  | CloseReason
  | {
      readonly kind: "refused";
      readonly atMs: number;
      readonly user: string;
      readonly connection: string;
      readonly detail: string;
    }
  /** The node began an orderly stop, by its log: its sessions end because of that from now on. */
  | { readonly kind: "stopping"; readonly atMs: number; readonly node: string | null };

/** Whether one of the two exchanges delivers to us. */
export interface ExchangeStatus {
  /** `unreadable`: messages arrive in a form that Lastbeat does not know. */
  readonly is: "off" | "connecting" | "flowing" | "missing" | "refused" | "unreadable";
  readonly sinceMs: number;
  /** Messages in an unknown form since Lastbeat started. */
  readonly unreadable: number;
  /** The broker's answer; null while it flows, and where no AMQP URL is configured. */
  readonly reason: Reason | null;
}

export interface PushStatus {
  readonly events: ExchangeStatus;
  readonly log: ExchangeStatus;
}

/** What was pushed since the last tick that was saved. */
export interface PushedEvents {
  readonly events: readonly BrokerEvent[];
  readonly status: PushStatus;
}

/** Why a connection closes, from the only place that has it: the broker's log. */
export interface CloseReason {
  readonly kind: "close-reason";
  readonly atMs: number;
  readonly connection: string;
  readonly reason: EndReason;
  readonly detail: string | null;
  /** The line reports the close itself; the others report an error that leads to one. */
  readonly final: boolean;
}

/**
 * Keys of `amq.rabbitmq.event` that Lastbeat reads (measured on 3.10.8; same names in the 4.3 source). `vhost.down` is not
 * one of them: it is sent whenever a virtual host is deleted, while of a node that stops it came for none of three
 * virtual hosts on 3.10.8 and for one on 4.3.6. The log announces the stop of a node.
 */
export const EVENT_KEYS: readonly string[] = ["connection.*", "user.authentication.failure"];

const PARSED_KEYS: readonly string[] = ["connection.created", "connection.closed", "user.authentication.failure"];
/** Whether `parseEvent` reads events of this key. */
export const isParsed = (key: string): boolean => PARSED_KEYS.includes(key);

const DETAIL_MAX = 500;

const Timestamped = z.object({ timestamp_in_ms: z.number() });
const Opened = Timestamped.extend({
  name: z.string(),
  node: z.string().nullable().catch(null),
  pid: z.string().nullable().catch(null),
  connected_at: z.number().nullable().catch(null),
  timeout: z.number().nullable().catch(null),
  user: z.string().catch(""),
  vhost: z.string().catch(""),
  protocol: z.string().nullable().catch(null),
  user_provided_name: z.string().nullable().catch(null),
  client_properties: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).catch([]),
  /** MQTT on 3.10: `#{<<"client_id">> => <<"sensor-7">>}`; its client properties are empty there. */
  variable_map: z.string().nullable().catch(null),
});
const Closed = Timestamped.extend({ name: z.string(), node: z.string().nullable().catch(null) });
/** An Erlang string sent as a list of code points. */
const codePoints = z
  .array(z.int().min(0).max(0x10_ffff))
  .transform((codes) => String.fromCodePoint(...codes.slice(0, DETAIL_MAX)));
const Refused = Timestamped.extend({
  name: z.string().catch(""),
  connection_name: z.string().catch(""),
  error: z.union([z.string(), codePoints]).catch(""),
});

/**
 * Parses one message of the event exchange, which has all its data in the headers; null for events that are not used and
 * for headers in an unknown form. `sentMs` is the time of the message, which only counts without a `timestamp_in_ms`.
 */
export function parseEvent(key: string, message: unknown, sentMs: number | null = null): BrokerEvent | null {
  const headers = plainHeaders(message, sentMs);
  switch (key) {
    case "connection.created":
      return opened(headers);
    case "connection.closed": {
      const row = Closed.safeParse(headers);
      if (!row.success) return null;
      return { kind: "closed", atMs: row.data.timestamp_in_ms, node: row.data.node, connection: row.data.name };
    }
    case "user.authentication.failure": {
      const row = Refused.safeParse(headers);
      if (!row.success) return null;
      const { timestamp_in_ms: atMs, name: user, connection_name: connection, error } = row.data;
      return { kind: "refused", atMs, user, connection, detail: error.slice(0, DETAIL_MAX) };
    }
    default:
      return null;
  }
}

function opened(headers: unknown): BrokerEvent | null {
  const parsed = Opened.safeParse(headers);
  if (!parsed.success) return null;
  const row = parsed.data;
  const property = (name: string) => propertyOf(row.client_properties, name);
  const connection: Connection = {
    name: row.name,
    userProvidedName: row.user_provided_name ?? mqttClientId(property("client_id") ?? clientIdIn(row.variable_map)),
    product: property("product"),
    productVersion: property("version"),
    platform: property("platform"),
    protocol: protocolOf(row.protocol),
    vhost: row.vhost,
    user: row.user,
    node: row.node,
    peerHost: /^(\S+):\d+ -> /.exec(row.name)?.[1] ?? null,
    state: null,
    timeoutSeconds: row.timeout,
    connectedAtMs: row.connected_at,
    recvOct: null,
    sendOct: null,
  };
  return { kind: "opened", atMs: row.timestamp_in_ms, connection, pid: localPid(row.pid) };
}

const ANNOTATION = "x-opt-";

/**
 * With `event_exchange.protocol = amqp_1_0` the properties are annotations, which have no `timestamp_in_ms`:
 * `x-opt-user-provided-name` is `user_provided_name` (measured on 4.3.6).
 */
function plainHeaders(headers: unknown, sentMs: number | null): unknown {
  if (typeof headers !== "object" || headers === null || "timestamp_in_ms" in headers) return headers;
  const properties = Object.entries(headers).flatMap(([key, value]) =>
    key.startsWith(ANNOTATION) ? [[key.slice(ANNOTATION.length).replaceAll("-", "_"), value] as const] : [],
  );
  return { ...Object.fromEntries(properties), timestamp_in_ms: sentMs };
}

const PROPERTY_MAX = 200;

const clientIdIn = (variables: string | null): string | null =>
  /<<"client_id">> => <<"([^"\\]{1,200})">>/.exec(variables ?? "")?.[1] ?? null;

/**
 * Client properties arrive as printed Erlang terms, or as a table with `event_exchange.protocol = amqp_1_0`. A plain
 * string is read; anything else is null.
 */
function propertyOf(terms: readonly unknown[] | Readonly<Record<string, unknown>>, name: string): string | null {
  if (!isList(terms)) {
    const value = Object.hasOwn(terms, name) ? terms[name] : null;
    return typeof value === "string" && value !== "" && value.length <= PROPERTY_MAX ? value : null;
  }
  const start = `{<<"${name}">>,longstr,<<"`;
  const term = terms.find((text): text is string => typeof text === "string" && text.startsWith(start));
  const value = term === undefined ? null : /^([^"\\]{1,200})">>\}$/.exec(term.slice(start.length));
  return value?.[1] ?? null;
}

const isList = (terms: object): terms is readonly unknown[] => Array.isArray(terms);

/** `{0,9,1}` is `AMQP 0-9-1` in the management API; other protocols have the broker's own spelling in both. */
function protocolOf(printed: string | null): string | null {
  const version = /^\{(\d+),(\d+),(\d+)\}$/.exec(printed ?? "");
  return version ? `AMQP ${version.slice(1).join("-")}` : printed;
}

/** `<node.CREATION.N.M>` in events is `<0.N.M>` in the node's own metrics. */
function localPid(pid: string | null): string | null {
  const parts = /\.(\d+)\.(\d+)>$/.exec(pid ?? "");
  return parts ? `<0.${parts[1]}.${parts[2]}>` : null;
}
