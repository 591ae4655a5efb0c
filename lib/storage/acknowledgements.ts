import "server-only";
import { type Kysely, sql } from "kysely";
import { clean, instant } from "@/lib/base/postgres/bulk";
import type { Acknowledgement } from "@/lib/notifications/decide/notification";
import type { AcknowledgementRow, Schema } from "@/lib/storage/schema/schema";

/** Writes who has taken an alert on; a later one takes the place of an earlier. */
export async function saveAcknowledgement(db: Kysely<Schema>, one: Acknowledgement): Promise<void> {
  await sql`INSERT INTO lastbeat.acknowledgements (${COLUMNS}) VALUES (
      ${clean(one.alertId)}, ${clean(one.by)}, ${instant(one.atMs)}, ${instant(one.untilMs)}, ${clean(one.comment)},
      ${one.severity})
    ON CONFLICT (alert_id) DO UPDATE SET made_by = excluded.made_by, at_ms = excluded.at_ms,
      until_ms = excluded.until_ms, comment = excluded.comment, severity = excluded.severity`.execute(db);
}

/** Strikes out an acknowledgement that is over, unless a later one has taken its place. */
export async function deleteAcknowledgement(
  db: Kysely<Schema>,
  { alertId, atMs }: Pick<Acknowledgement, "alertId" | "atMs">,
): Promise<void> {
  await sql`DELETE FROM lastbeat.acknowledgements
    WHERE alert_id = ${clean(alertId)} AND at_ms <= ${instant(atMs)}`.execute(db);
}

/** Every acknowledgement that holds: there are at most as many as open alerts. */
export async function loadAcknowledgements(db: Kysely<Schema>): Promise<Acknowledgement[]> {
  const { rows } = await sql<AcknowledgementRow>`SELECT ${COLUMNS} FROM lastbeat.acknowledgements`.execute(db);
  return rows.map((row) => ({
    alertId: row.alert_id,
    by: row.made_by,
    atMs: row.at_ms,
    untilMs: row.until_ms,
    comment: row.comment,
    severity: row.severity,
  }));
}

const COLUMNS = sql.raw("alert_id, made_by, at_ms, until_ms, comment, severity");
