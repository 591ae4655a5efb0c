/** Why a session ended. `unknown` is an honest answer: a reason is never guessed, an inferred one says so. */
export type EndReason =
  | "heartbeat"
  | "client-closed"
  | "connection-lost"
  | "broker-stopped"
  | "node-down"
  | "forced"
  | "authentication"
  | "protocol"
  | "consumer-timeout"
  | "unknown";
