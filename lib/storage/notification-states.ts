import "server-only";
import { type Kysely, sql } from "kysely";
import { z } from "zod";
import {
  type Column,
  clean,
  instantOrNull,
  jsonText,
  names,
  overwrite,
  portions,
  unnest,
} from "@/lib/base/postgres/bulk";
import type { NotificationState } from "@/lib/notifications/decide/notification";
import { findAlerts } from "@/lib/storage/alerts/alerts";
import type { NotificationRow, Schema } from "@/lib/storage/schema/schema";

/** Writes what is remembered of telling each instance. */
export async function saveNotificationStates(db: Kysely<Schema>, notices: readonly NotificationState[]): Promise<void> {
  for (const part of portions(notices, (notice) => clean(notice.key))) {
    await sql`INSERT INTO lastbeat.notification_states (${names(NOTICE)}) SELECT * FROM ${unnest(part, NOTICE)}
      ON CONFLICT (key) DO UPDATE SET ${overwrite(NOTICE, ["key"])}`.execute(db);
  }
}

export async function deleteNotificationStates(db: Kysely<Schema>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`DELETE FROM lastbeat.notification_states WHERE key = ANY(${keys.map(clean)}::text[])`.execute(db);
}

/** All notices, each with its alert as that was last kept. One whose alert is gone has nobody left to tell. */
export async function loadNotificationStates(db: Kysely<Schema>): Promise<NotificationState[]> {
  const { rows } = await sql<NotificationRow>`SELECT ${names(NOTICE)} FROM lastbeat.notification_states`.execute(db);
  const alerts = new Map(
    (
      await findAlerts(
        db,
        rows.map((row) => row.alert_id),
      )
    ).map((alert) => [alert.id, alert]),
  );
  return rows.flatMap((row) => {
    const alert = alerts.get(row.alert_id);
    if (alert === undefined) return [];
    return [
      {
        key: row.key,
        alert,
        flipsMs: Flips.parse(row.flips_ms),
        flappingSinceMs: row.flapping_since_ms,
        mute: MuteRow.parse(row.mute),
        told: ToldRow.parse(row.last_notified),
      },
    ];
  });
}

const NOTICE: readonly Column<NotificationState>[] = [
  ["key", "text", (notice) => clean(notice.key)],
  ["alert_id", "text", (notice) => clean(notice.alert.id)],
  ["flips_ms", "jsonb", (notice) => jsonText(notice.flipsMs)],
  ["flapping_since_ms", "bigint", (notice) => instantOrNull(notice.flappingSinceMs)],
  ["mute", "jsonb", (notice) => (notice.mute === null ? null : jsonText(notice.mute))],
  ["last_notified", "jsonb", (notice) => jsonText(notice.told)],
];

const Flips = z.array(z.number());
const MuteRow = z
  .discriminatedUnion("by", [
    z.object({ by: z.literal("silence-window"), id: z.string(), text: z.string(), untilMs: z.number() }),
    z.object({ by: z.literal("alert"), id: z.string(), text: z.string() }),
  ])
  .nullable();
const ToldRow = z.record(
  z.string(),
  z.object({
    as: z.enum(["waiting", "firing", "acknowledged", "flapping"]),
    alertId: z.string(),
    startedMs: z.number(),
    severity: z.enum(["warning", "critical"]),
    atMs: z.number(),
  }),
);
