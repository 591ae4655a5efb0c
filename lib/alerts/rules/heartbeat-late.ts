import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import type { Remedy } from "@/lib/base/messages/rule-messages";

/** aiormq answers with its own timeout whatever the broker proposes (connection.py, `heartbeat_timeout`). */
const LATE: ReadonlyMap<string, Remedy> = new Map([
  ["aiormq", "aiormqLate"],
  ["Pika Python Client Library", "pikaLate"],
]);

/**
 * One missed interval is all the warning there is: the broker closes within 2 to 3 intervals of the last byte
 * (rabbit_heartbeat, measured on RabbitMQ 3.10.8). At two missed, its next look closes the connection. The measurement
 * already allows for old numbers, so waiting any longer would only spend the warning time.
 *
 * The alert goes through phases under one id: late, disconnected (critical), lost. It resolves when the client is back or
 * has departed, never because the broker has closed the connection (`lib/rabbitmq/clients/connectivity.ts`).
 */
export const heartbeatLate = {
  ...BUILT_IN,
  id: "heartbeat-late",
  signal: "client.heartbeat.missed",
  warning: 1,
  critical: 2,
  inferred: true,
  pack: "rabbitmq",
  line: {
    family: "state",
    kind: "client-late",
    word: "late",
    place: 20,
    laterKinds: ["client-absent", "client-lost"],
  },
  panel: "heartbeat-misses",
  remedy: ({ product }) => (typeof product === "string" ? (LATE.get(product) ?? null) : null),
} as const satisfies BuiltInRule;
