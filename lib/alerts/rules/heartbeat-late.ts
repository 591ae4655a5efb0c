import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** aiormq answers with its own timeout whatever the broker proposes (connection.py, `heartbeat_timeout`). */
const LATE: ReadonlyMap<string, "aiormqLate" | "pikaLate"> = new Map([
  ["aiormq", "aiormqLate"],
  ["Pika Python Client Library", "pikaLate"],
]);

/**
 * One missed interval is the only warning time there is: the broker closes the connection 2 to 3 intervals after the
 * last byte (rabbit_heartbeat, measured on RabbitMQ 3.10.8). After two missed intervals its next check closes it. The
 * measurement already allows for the age of the statistics, so a `for` would only shorten the warning time.
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
