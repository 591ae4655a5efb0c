import { readLog } from "@/lib/rabbitmq/events/log-line";

export const NOW = Date.UTC(2026, 10, 21, 5);
export const AT = "2026-11-21 04:53:23.112031+00:00";
export const CONNECTION = "127.0.0.1:53260 -> 127.0.0.1:21672";

/** As the text formatter of 3.10 writes it, with the prefix before each line. */
export const line = (level: string, ...lines: readonly string[]) =>
  lines.map((text) => `${AT} [${level}] <0.5555.0> ${text}\n`).join("");
export const closeReason = (body: unknown, level: string | null = null, sentMs: number | null = null) => {
  const reading = readLog({ body, node: "rabbit@a", level, receivedMs: NOW, sentMs });
  return reading.is === "event" && reading.event.kind === "close-reason" ? reading.event : null;
};
