import "server-only";
import pino from "pino";
import { redactUrls } from "@/lib/base/log/redact";

export type Level = "debug" | "info" | "warn" | "error";
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Structured log lines on standard output. URLs lose their credentials, whoever wrote them there. */
export function createLog(level: Level): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return (at, message, fields = {}) => {
    const clean = Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [key, typeof value === "string" ? redactUrls(value) : value]),
    );
    logger[at](clean, redactUrls(message));
  };
}
