import "server-only";
import { type Kysely, sql } from "kysely";
import { type Column, clean, names, portions, unnest } from "@/lib/base/postgres/bulk";
import { type ConsumedChanges, type QueueName, queueKey } from "@/lib/rabbitmq/queues/queue";
import type { Schema } from "@/lib/storage/schema/schema";

/** Stores which queues have had consumers for the first time, and removes those that were deleted. */
export async function saveConsumedQueues(db: Kysely<Schema>, { began, ended }: ConsumedChanges): Promise<void> {
  for (const part of portions(began, storedKey)) {
    await sql`INSERT INTO lastbeat.consumed_queues (${names(QUEUE)}) SELECT * FROM ${unnest(part, QUEUE)}
      ON CONFLICT DO NOTHING`.execute(db);
  }
  for (const part of portions(ended, storedKey)) {
    await sql`DELETE FROM lastbeat.consumed_queues stored USING ${unnest(part, QUEUE)} AS gone (${names(QUEUE)})
      WHERE (stored.broker, stored.vhost, stored.queue) = (gone.broker, gone.vhost, gone.queue)`.execute(db);
  }
}

/** Keys of the queues of a broker that have had consumers. */
export async function loadConsumedQueues(db: Kysely<Schema>, broker: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ vhost: string; queue: string }>`SELECT vhost, queue FROM lastbeat.consumed_queues
    WHERE broker = ${clean(broker)}`.execute(db);
  return new Set(rows.map(({ vhost, queue }) => queueKey({ broker, vhost, name: queue })));
}

const QUEUE: readonly Column<QueueName>[] = [
  ["broker", "text", ({ broker }) => clean(broker)],
  ["vhost", "text", ({ vhost }) => clean(vhost)],
  ["queue", "text", ({ name }) => clean(name)],
];

const storedKey = ({ broker, vhost, name }: QueueName): string =>
  queueKey({ broker: clean(broker), vhost: clean(vhost), name: clean(name) });
