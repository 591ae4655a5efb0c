import { parseDuration, SECOND } from "@/lib/base/time/duration";
import { isMap } from "@/lib/sources/roadrunner/lint/config-text";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { number } from "@/lib/sources/roadrunner/lint/pipelines";
import { at, type LintInput, type LintRule, without } from "@/lib/sources/roadrunner/lint/rule";

/** amqp schema.json v5.2.3, `additionalProperties: false`. */
const KEYS = ["addr", "tls"];
const TLS_KEYS = ["key", "cert", "root_ca", "client_auth_type"];
/** amqp config.go, InitDefault. */
const ADDR_DEFAULT = "amqp://guest:guest@127.0.0.1:5672/";
/** What most clients of RabbitMQ use; amqp091-go alone takes 10. */
const HEARTBEAT_SUGGESTED = 30;

/** RR05: the section `amqp` has two keys; all others are read by nobody. */
const unknownKeys: LintRule = (seen) => {
  const amqp = isMap(seen.text.root.amqp) ? seen.text.root.amqp : {};
  const tls = isMap(amqp.tls) ? amqp.tls : {};
  return [
    ...Object.keys(amqp)
      .filter((key) => !KEYS.includes(key))
      .map((key) => (key === "heartbeat" ? heartbeat(seen, amqp) : unknown(seen, ["amqp"], amqp, key))),
    ...Object.keys(tls)
      .filter((key) => !TLS_KEYS.includes(key))
      .map((key) => unknown(seen, ["amqp", "tls"], tls, key)),
  ];
};

function unknown(seen: LintInput, path: readonly string[], section: Readonly<Record<string, unknown>>, key: string) {
  const rest = without(section, key);
  const value = "addr" in rest ? { ...rest, addr: withoutCredentials(rest.addr) } : rest;
  const said = { key: [...path, key].join(".") };
  return at(seen, [...path, key], { id: "RR05", severity: "error", key: "RR05", values: said, fix: { path, value } });
}

/** amqp091-go beats every 10 s, or as the URL says: amqp091-go connection.go, `Config.Heartbeat` and uri.go. */
function heartbeat(seen: LintInput, amqp: Readonly<Record<string, unknown>>): LintFinding {
  const seconds = number(amqp.heartbeat) ?? duration(amqp.heartbeat) ?? HEARTBEAT_SUGGESTED;
  return at(seen, ["amqp", "heartbeat"], {
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

/** A fragment is shown, copied and sent: it names the variables that hold the credentials, not the credentials. */
function withoutCredentials(addr: unknown): string {
  const text = typeof addr === "string" && addr !== "" ? addr : ADDR_DEFAULT;
  const [, scheme, user, rest] = /^(amqps?:\/\/)(.*)@([^@]*)$/s.exec(text) ?? [];
  if (scheme === undefined || user === undefined) return text;
  const shown = user === "guest:guest" || /^\$\{\w+\}(:\$\{\w+\})?$/.test(user);
  return shown ? text : `${scheme}\${AMQP_USER}:\${AMQP_PASSWORD}@${rest ?? ""}`;
}

function withHeartbeat(addr: string, seconds: number): string {
  const [before = "", query = ""] = addr.split("?", 2);
  const others = query.split("&").filter((one) => one !== "" && !one.startsWith("heartbeat="));
  const path = /^amqps?:\/\/[^/]+$/.test(before) ? "/" : "";
  return `${before}${path}?${[...others, `heartbeat=${seconds}`].join("&")}`;
}

/** What concerns the connection, in the section `amqp`. */
export const CONNECTION_RULES: readonly LintRule[] = [unknownKeys];
