import "server-only";
import pino from "pino";
import { redactUrls } from "@/lib/base/log/redact";

export type LogLevel = "debug" | "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Structured log lines on standard output. Credentials in URLs are redacted in every message and field. */
export function createLog(level: LogLevel): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return (severity, message, fields = {}) => {
    const clean = Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, typeof value === "string" ? redactUrls(value) : value]),
    );
    logger[severity](clean, redactUrls(message));
  };
}
