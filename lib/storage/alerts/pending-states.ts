import "server-only";
import { type Kysely, sql } from "kysely";
import type { PendingState } from "@/lib/alerts/engine/alert-state";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import { type Column, clean, instantOrNull, names, overwrite, portions, unnest } from "@/lib/base/postgres/bulk";
import type { PendingStateRow, Schema } from "@/lib/storage/schema/schema";

/** Writes for how long open alerts have held, and lets go of those that ended. Their alerts are written before. */
export async function savePendingStates(
  db: Kysely<Schema>,
  holds: readonly PendingState[],
  ended: readonly string[],
): Promise<void> {
  for (const part of portions(holds, ({ alert }) => clean(alert))) {
    await sql`INSERT INTO lastbeat.alert_holds (${names(HOLD)}) SELECT * FROM ${unnest(part, HOLD)}
      ON CONFLICT (alert) DO UPDATE SET ${overwrite(HOLD, ["alert"])}`.execute(db);
  }
  if (ended.length > 0) {
    await sql`DELETE FROM lastbeat.alert_holds WHERE alert = ANY(${ended.map(clean)}::text[])`.execute(db);
  }
}

/** The holds of all open alerts, by the alert's id. */
export async function loadPendingStates(db: Kysely<Schema>): Promise<ReadonlyMap<string, PendingState>> {
  const { rows } = await sql<PendingStateRow>`SELECT ${names(HOLD)} FROM lastbeat.alert_holds`.execute(db);
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

/** When each broker and source was last judged, by its scope: its newest sample, kept in the transaction that judged. */
export async function lastEvaluatedAt(db: Kysely<Schema>): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ labels: Readonly<Record<string, string>>; at_ms: number }>`SELECT o.labels, newest.at_ms
    FROM lastbeat.objects o, LATERAL (
      SELECT s.at_ms FROM lastbeat.samples s WHERE s.object_id = o.id ORDER BY s.at_ms DESC LIMIT 1) newest
    WHERE o.kind IN ('broker', 'source')`.execute(db);
  return new Map(rows.map(({ labels, at_ms }) => [scopeOf(labels), at_ms]));
}

const HOLD: readonly Column<PendingState>[] = [
  ["alert", "text", ({ alert }) => clean(alert)],
  ["warning_ms", "bigint", ({ warningMs }) => instantOrNull(warningMs)],
  ["critical_ms", "bigint", ({ criticalMs }) => instantOrNull(criticalMs)],
  ["clear_ms", "bigint", ({ clearMs }) => instantOrNull(clearMs)],
  ["frozen_ms", "bigint", ({ frozenMs }) => instantOrNull(frozenMs)],
];
