/** Why a session ended. Reasons are never guessed: without evidence the reason is `unknown`. */
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
