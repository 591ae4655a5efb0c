import "server-only";
import { type Kysely, sql } from "kysely";
import { clean, instant } from "@/lib/base/postgres/bulk";
import type { Acknowledgement } from "@/lib/notifications/decide/notification";
import type { AcknowledgementRow, Schema } from "@/lib/storage/schema/schema";

/** Saves an acknowledgement. It replaces an earlier one of the same alert. */
export async function saveAcknowledgement(db: Kysely<Schema>, acknowledgement: Acknowledgement): Promise<void> {
  const { alertId, by, atMs, untilMs, comment, severity } = acknowledgement;
  await sql`INSERT INTO lastbeat.acknowledgements (${COLUMNS}) VALUES (
      ${clean(alertId)}, ${clean(by)}, ${instant(atMs)}, ${instant(untilMs)}, ${clean(comment)}, ${severity})
    ON CONFLICT (alert_id) DO UPDATE SET made_by = excluded.made_by, at_ms = excluded.at_ms,
      until_ms = excluded.until_ms, comment = excluded.comment, severity = excluded.severity`.execute(db);
}

/** Deletes an acknowledgement that has ended, unless a later one has replaced it. */
export async function deleteAcknowledgement(
  db: Kysely<Schema>,
  { alertId, atMs }: Pick<Acknowledgement, "alertId" | "atMs">,
): Promise<void> {
  await sql`DELETE FROM lastbeat.acknowledgements
    WHERE alert_id = ${clean(alertId)} AND at_ms <= ${instant(atMs)}`.execute(db);
}

/** All acknowledgements: at most as many as there are open alerts. */
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
