import type { Client, LastEnd } from "@/lib/rabbitmq/clients/client";

const LONG_AGO: LastEnd = {
  reason: "unknown",
  inferred: true,
  detail: null,
  wasLate: false,
  overdueMs: null,
  atMs: 0,
};

/** Departed so long ago that the first tick forgets it, which ends its alerts: its sessions are another client's. */
export const departedLongAgo = (client: Client): Client => ({
  ...client,
  state: "departed",
  lastEnd: LONG_AGO,
  unreplaced: 0,
  lastSeenMs: 0,
});
