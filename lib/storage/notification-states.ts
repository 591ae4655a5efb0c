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

/** Writes the state of the notifications of each instance. */
export async function saveNotificationStates(db: Kysely<Schema>, states: readonly NotificationState[]): Promise<void> {
  for (const part of portions(states, (state) => clean(state.key))) {
    await sql`INSERT INTO lastbeat.notification_states (${names(COLUMNS)}) SELECT * FROM ${unnest(part, COLUMNS)}
      ON CONFLICT (key) DO UPDATE SET ${overwrite(COLUMNS, ["key"])}`.execute(db);
  }
}

export async function deleteNotificationStates(db: Kysely<Schema>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`DELETE FROM lastbeat.notification_states WHERE key = ANY(${keys.map(clean)}::text[])`.execute(db);
}

/** All states, each with its alert as last saved. A state whose alert was deleted is left out: nobody has it open. */
export async function loadNotificationStates(db: Kysely<Schema>): Promise<NotificationState[]> {
  const { rows } = await sql<NotificationRow>`SELECT ${names(COLUMNS)} FROM lastbeat.notification_states`.execute(db);
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
        lastNotified: LastNotifiedRow.parse(row.last_notified),
      },
    ];
  });
}

const COLUMNS: readonly Column<NotificationState>[] = [
  ["key", "text", (state) => clean(state.key)],
  ["alert_id", "text", (state) => clean(state.alert.id)],
  ["flips_ms", "jsonb", (state) => jsonText(state.flipsMs)],
  ["flapping_since_ms", "bigint", (state) => instantOrNull(state.flappingSinceMs)],
  ["mute", "jsonb", (state) => (state.mute === null ? null : jsonText(state.mute))],
  ["last_notified", "jsonb", (state) => jsonText(state.lastNotified)],
];

const Flips = z.array(z.number());
const MuteRow = z
  .discriminatedUnion("by", [
    z.object({ by: z.literal("silence-window"), id: z.string(), text: z.string(), untilMs: z.number() }),
    z.object({ by: z.literal("alert"), id: z.string(), text: z.string() }),
  ])
  .nullable();
/** By webhook, as stored. */
export const LastNotifiedRow = z.record(
  z.string(),
  z.object({
    as: z.enum(["waiting", "firing", "acknowledged", "flapping"]),
    alertId: z.string(),
    startedMs: z.number(),
    severity: z.enum(["warning", "critical"]),
    atMs: z.number(),
    alerts: z.number().exactOptional(),
  }),
);
