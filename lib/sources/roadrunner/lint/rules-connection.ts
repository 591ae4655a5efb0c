import { parseDuration, SECOND } from "@/lib/base/time/duration";
import { isMap } from "@/lib/sources/roadrunner/lint/config-text";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { number } from "@/lib/sources/roadrunner/lint/pipelines";
import { findingAt, type LintInput, type LintRule, without } from "@/lib/sources/roadrunner/lint/rule";

/** amqp schema.json v5.2.3, `additionalProperties: false`. */
const KEYS = ["addr", "tls"];
const TLS_KEYS = ["key", "cert", "root_ca", "client_auth_type"];
/** amqp config.go, InitDefault. */
const ADDR_DEFAULT = "amqp://guest:guest@127.0.0.1:5672/";
/** The value of most RabbitMQ clients; only amqp091-go uses 10. */
const HEARTBEAT_SUGGESTED = 30;

/** RR05: the section `amqp` has two keys; all others are ignored. */
const unknownKeys: LintRule = (input) => {
  const amqp = isMap(input.text.root.amqp) ? input.text.root.amqp : {};
  const tls = isMap(amqp.tls) ? amqp.tls : {};
  return [
    ...Object.keys(amqp)
      .filter((key) => !KEYS.includes(key))
      .map((key) => (key === "heartbeat" ? heartbeat(input, amqp) : unknown(input, ["amqp"], amqp, key))),
    ...Object.keys(tls)
      .filter((key) => !TLS_KEYS.includes(key))
      .map((key) => unknown(input, ["amqp", "tls"], tls, key)),
  ];
};

function unknown(input: LintInput, path: readonly string[], section: Readonly<Record<string, unknown>>, key: string) {
  const rest = without(section, key);
  const value = "addr" in rest ? { ...rest, addr: withoutCredentials(rest.addr) } : rest;
  const values = { key: [...path, key].join(".") };
  return findingAt(input, [...path, key], { id: "RR05", severity: "error", key: "RR05", values, fix: { path, value } });
}

/** amqp091-go sends heartbeats every 10 s, or as the URL says: amqp091-go connection.go, `Config.Heartbeat` and uri.go. */
function heartbeat(input: LintInput, amqp: Readonly<Record<string, unknown>>): LintFinding {
  const seconds = number(amqp.heartbeat) ?? duration(amqp.heartbeat) ?? HEARTBEAT_SUGGESTED;
  return findingAt(input, ["amqp", "heartbeat"], {
    id: "RR05",
    severity: "error",
    key: "RR05heartbeat",
    values: { seconds },
    fix: {
      path: ["amqp"],
      value: { ...without(amqp, "heartbeat"), addr: withHeartbeat(withoutCredentials(amqp.addr), seconds) },
    },
  });
}

function duration(value: unknown): number | null {
  const ms = typeof value === "string" ? parseDuration(value) : null;
  return ms === null ? null : Math.round(ms / SECOND);
}

/** A fragment is displayed, copied and sent: it names variables instead of the credentials. */
function withoutCredentials(addr: unknown): string {
  const text = typeof addr === "string" && addr !== "" ? addr : ADDR_DEFAULT;
  const [, scheme, user, rest] = /^(amqps?:\/\/)(.*)@([^@]*)$/s.exec(text) ?? [];
  if (scheme === undefined || user === undefined) return text;
  const shown = user === "guest:guest" || /^\$\{\w+\}(:\$\{\w+\})?$/.test(user);
  return shown ? text : `${scheme}\${AMQP_USER}:\${AMQP_PASSWORD}@${rest ?? ""}`;
}

function withHeartbeat(addr: string, seconds: number): string {
  const [before = "", query = ""] = addr.split("?", 2);
  const others = query.split("&").filter((parameter) => parameter !== "" && !parameter.startsWith("heartbeat="));
  const path = /^amqps?:\/\/[^/]+$/.test(before) ? "/" : "";
  return `${before}${path}?${[...others, `heartbeat=${seconds}`].join("&")}`;
}

/** Rules for the connection, in the section `amqp`. */
export const CONNECTION_RULES: readonly LintRule[] = [unknownKeys];
