import "server-only";
import { type Kysely, sql } from "kysely";
import { CONSEQUENCE_MS } from "@/lib/alerts/incidents/causes";
import type { Incident, IncidentMember, IncidentMemory } from "@/lib/alerts/incidents/incident";
import type { Alert } from "@/lib/alerts/model/alert";
import {
  type Column,
  clean,
  instant,
  instantOrNull,
  jsonText,
  names,
  overwrite,
  portions,
  unnest,
} from "@/lib/base/postgres/bulk";
import type { LastNotified } from "@/lib/notifications/decide/notification";
import { alertsOfIncidents, mainAlertsOf } from "@/lib/storage/alerts/alerts";
import { LastNotifiedRow } from "@/lib/storage/notification-states";
import { limitOf, type PageRequest, pageOf, type ResultPage } from "@/lib/storage/page";
import type { IncidentRow, Schema } from "@/lib/storage/schema/schema";

/** An incident as it is listed: its alerts are read by their own rows. */
export type StoredIncident = Omit<Incident, "members">;

/** What each receiver was last notified of an incident. */
export interface NotifiedIncident {
  readonly incident: StoredIncident;
  readonly lastNotified: Readonly<Record<string, LastNotified>>;
}

export async function saveIncidents(db: Kysely<Schema>, incidents: readonly NotifiedIncident[]): Promise<void> {
  for (const part of portions(incidents, ({ incident }) => clean(incident.id))) {
    await sql`INSERT INTO lastbeat.incidents (${names(COLUMNS)}) SELECT * FROM ${unnest(part, COLUMNS)}
      ON CONFLICT (id) DO UPDATE SET ${overwrite(COLUMNS, ["id"])}`.execute(db);
  }
}

/** Writes which incident each alert belongs to, by alert id. */
export async function saveMembership(db: Kysely<Schema>, joined: ReadonlyMap<string, string>): Promise<void> {
  for (const part of portions([...joined], ([alert]) => clean(alert))) {
    await sql`UPDATE lastbeat.alerts SET incident = m.incident
      FROM ${unnest(part, MEMBERSHIP)} AS m (alert, incident) WHERE alerts.id = m.alert`.execute(db);
  }
}

/** Deletes incidents whose alerts now belong to another one. */
export async function deleteIncidents(db: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`DELETE FROM lastbeat.incidents WHERE id = ANY(${ids.map(clean)}::text[])`.execute(db);
}

/** What the process continues with: open incidents, and those that an alert may still join. */
export async function loadIncidents(
  db: Kysely<Schema>,
  nowMs: number,
): Promise<{ readonly incidents: IncidentMemory; readonly lastNotified: ReadonlyMap<string, LastNotifiedOf> }> {
  const { rows } = await sql<IncidentRow>`SELECT ${names(COLUMNS)} FROM lastbeat.incidents
    WHERE resolved_ms IS NULL OR resolved_ms > ${instant(nowMs - CONSEQUENCE_MS)}`.execute(db);
  const alerts = await alertsOfIncidents(
    db,
    rows.map(({ id }) => id),
  );
  const members = Map.groupBy(alerts, ({ incident }) => incident ?? "");
  // One whose alerts were all deleted is over.
  const loaded = rows.flatMap((row) => {
    const own = (members.get(row.id) ?? []).map(memberOf);
    return own.length === 0 ? [] : [{ row, incident: { ...incidentOf(row), members: own } }];
  });
  return {
    incidents: new Map(loaded.map(({ incident }) => [incident.id, incident])),
    lastNotified: new Map(loaded.map(({ row }) => [row.id, LastNotifiedRow.parse(row.last_notified)])),
  };
}

type LastNotifiedOf = NotifiedIncident["lastNotified"];

/** Incidents, the latest started first; `open`: only those that are open, or only those that are over. */
export async function listIncidents(
  db: Kysely<Schema>,
  request: PageRequest & { readonly open?: boolean },
): Promise<ResultPage<StoredIncident>> {
  const limit = limitOf(request);
  const state =
    request.open === undefined ? sql`` : request.open ? sql`AND resolved_ms IS NULL` : sql`AND resolved_ms IS NOT NULL`;
  const after = request.before
    ? sql`AND (started_ms, id) < (${request.before.ms}::bigint, ${clean(request.before.id)}::text)`
    : sql``;
  const { rows } = await sql<IncidentRow>`SELECT ${names(COLUMNS)} FROM lastbeat.incidents WHERE true ${state} ${after}
    ORDER BY started_ms DESC, id DESC LIMIT ${limit + 1}`.execute(db);
  return pageOf(rows.map(incidentOf), limit, ({ startedMs, id }) => ({ ms: startedMs, id }));
}

/** One incident by its id; null if there is none, or if it became part of another. */
export async function findIncident(db: Kysely<Schema>, id: string): Promise<StoredIncident | null> {
  const { rows } = await sql<IncidentRow>`SELECT ${names(COLUMNS)} FROM lastbeat.incidents
    WHERE id = ${clean(id)}`.execute(db);
  return rows[0] ? incidentOf(rows[0]) : null;
}

/** Alerts of an incident, the worst first; `total` and `firing` count all of them. */
export interface IncidentAlerts {
  readonly alerts: readonly Alert[];
  readonly total: number;
  readonly firing: number;
}

/** A page or a message shows no more of one incident. */
const ALERTS_EACH_MAX = 50;

/** By incident: its root and its worst alerts. */
export async function loadAlertsOf(
  db: Kysely<Schema>,
  incidents: readonly StoredIncident[],
): Promise<ReadonlyMap<string, IncidentAlerts>> {
  const found = Map.groupBy(await mainAlertsOf(db, incidents, ALERTS_EACH_MAX), ({ alert }) => alert.incident ?? "");
  return new Map(
    [...found].map(([id, rows]) => [
      id,
      { alerts: rows.map(({ alert }) => alert), total: rows[0]?.total ?? 0, firing: rows[0]?.firing ?? 0 },
    ]),
  );
}

const COLUMNS: readonly Column<NotifiedIncident>[] = [
  ["id", "text", ({ incident }) => clean(incident.id)],
  ["root", "text", ({ incident }) => clean(incident.rootId)],
  ["severity", "text", ({ incident }) => incident.severity],
  ["started_ms", "bigint", ({ incident }) => instant(incident.startedMs)],
  ["resolved_ms", "bigint", ({ incident }) => instantOrNull(incident.resolvedMs)],
  ["last_notified", "jsonb", ({ lastNotified }) => jsonText(lastNotified)],
];

const MEMBERSHIP: readonly Column<readonly [alert: string, incident: string]>[] = [
  ["alert", "text", ([alert]) => clean(alert)],
  ["incident", "text", ([, incident]) => clean(incident)],
];

const incidentOf = (row: IncidentRow): StoredIncident => ({
  id: row.id,
  rootId: row.root,
  severity: row.severity,
  startedMs: row.started_ms,
  resolvedMs: row.resolved_ms,
});

const memberOf = ({ id, rule, severity, labels, startedMs, state, resolvedMs }: Alert): IncidentMember => ({
  ...{ id, rule, severity, labels, startedMs },
  endedMs: state === "resolved" ? (resolvedMs ?? startedMs) : null,
});
