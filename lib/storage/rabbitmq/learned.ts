import { z } from "zod";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { NO_REPLICAS } from "@/lib/rabbitmq/clients/replicas";
import type { StoredClientRow } from "@/lib/storage/schema/schema";

/** What was learned of a client, as it is stored. A row of an older version, or that cannot be read, begins anew. */
export const lifetimesOf = (row: StoredClientRow): Client["lifetimes"] =>
  StoredLifetimes.safeParse(row.lifetimes).data ?? formerLifetimes(row);

export const replicasOf = (row: StoredClientRow): Client["replicas"] =>
  StoredReplicas.safeParse(row.replicas).data ?? NO_REPLICAS;

const StoredLifetimes = z.object({
  presentSinceMs: z.number(),
  longestSessionMs: z.number(),
  endedSessions: z.number(),
  hasConsumed: z.boolean(),
  visits: z.array(z.object({ lastedMs: z.number(), awayMs: z.number() })),
});

const StoredNumber = z.object({
  counts: z.array(z.tuple([z.number(), z.number()])),
  countedMs: z.number().nullable(),
  usual: z.number().nullable(),
  few: z.number().nullable(),
});
const StoredElapsed = z.object({ ms: z.number(), atMs: z.number(), startUnknown: z.boolean() });
const StoredReplicas = z.object({
  sessions: StoredNumber,
  consumers: StoredNumber,
  ends: z.object({ inOrder: z.number(), others: z.number() }),
  shortfall: z
    .object({
      lasted: StoredElapsed,
      isLasting: z.boolean(),
      sessions: z.number(),
      consumers: z.number().nullable(),
      readyBefore: z.number().nullable(),
      backlog: StoredElapsed.nullable(),
    })
    .nullable(),
  anewMs: z.number().nullable(),
});

/** A client of a version that did not learn lifetimes counts as one that has always been connected. */
const formerLifetimes = (row: StoredClientRow): Client["lifetimes"] => ({
  presentSinceMs: row.first_seen_ms,
  longestSessionMs: row.last_seen_ms - row.first_seen_ms,
  endedSessions: 0,
  hasConsumed: row.consuming.length > 0,
  visits: [],
});
