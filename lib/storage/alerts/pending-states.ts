import "server-only";
import { type Kysely, sql } from "kysely";
import type { PendingState } from "@/lib/alerts/engine/alert-state";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import { type Column, clean, instantOrNull, names, overwrite, portions, unnest } from "@/lib/base/postgres/bulk";
import type { PendingStateRow, Schema } from "@/lib/storage/schema/schema";

/** Writes since when the conditions of open alerts have held, and deletes those of ended alerts. The alerts exist already. */
export async function savePendingStates(
  db: Kysely<Schema>,
  states: readonly PendingState[],
  ended: readonly string[],
): Promise<void> {
  for (const part of portions(states, ({ alert }) => clean(alert))) {
    await sql`INSERT INTO lastbeat.alert_holds (${names(PENDING)}) SELECT * FROM ${unnest(part, PENDING)}
      ON CONFLICT (alert) DO UPDATE SET ${overwrite(PENDING, ["alert"])}`.execute(db);
  }
  if (ended.length > 0) {
    await sql`DELETE FROM lastbeat.alert_holds WHERE alert = ANY(${ended.map(clean)}::text[])`.execute(db);
  }
}

/** The pending states of all open alerts, by the alert's id. */
export async function loadPendingStates(db: Kysely<Schema>): Promise<ReadonlyMap<string, PendingState>> {
  const { rows } = await sql<PendingStateRow>`SELECT ${names(PENDING)} FROM lastbeat.alert_holds`.execute(db);
  return new Map(
    rows.map((row) => [
      row.alert,
      {
        alert: row.alert,
        warningMs: row.warning_ms,
        criticalMs: row.critical_ms,
        clearMs: row.clear_ms,
        frozenMs: row.frozen_ms,
      },
    ]),
  );
}

/** When each scope was last evaluated: the time of the newest sample of its broker or source, saved in the same transaction. */
export async function lastEvaluatedAt(db: Kysely<Schema>): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ labels: Readonly<Record<string, string>>; at_ms: number }>`SELECT o.labels, newest.at_ms
    FROM lastbeat.objects o, LATERAL (
      SELECT s.at_ms FROM lastbeat.samples s WHERE s.object_id = o.id ORDER BY s.at_ms DESC LIMIT 1) newest
    WHERE o.kind IN ('broker', 'source')`.execute(db);
  return new Map(rows.map(({ labels, at_ms }) => [scopeOf(labels), at_ms]));
}

const PENDING: readonly Column<PendingState>[] = [
  ["alert", "text", ({ alert }) => clean(alert)],
  ["warning_ms", "bigint", ({ warningMs }) => instantOrNull(warningMs)],
  ["critical_ms", "bigint", ({ criticalMs }) => instantOrNull(criticalMs)],
  ["clear_ms", "bigint", ({ clearMs }) => instantOrNull(clearMs)],
  ["frozen_ms", "bigint", ({ frozenMs }) => instantOrNull(frozenMs)],
];
