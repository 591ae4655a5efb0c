import "server-only";
import { type Kysely, sql } from "kysely";
import type { Alert, AlertState } from "@/lib/alerts/model/alert";
import { boundedFacts, readFacts } from "@/lib/alerts/model/summary-facts";
import {
  type Column,
  clean,
  cleanOrNull,
  instant,
  instantOrNull,
  jsonText,
  names,
  overwrite,
  portions,
  unnest,
} from "@/lib/base/postgres/bulk";
import { limitOf, type PageRequest, pageOf, type ResultPage } from "@/lib/storage/page";
import type { AlertRow, Schema } from "@/lib/storage/schema/schema";

/** Marks on one chart; more would be a solid block of colour. */
const OVERLAPPING_MAX = 500;

/** Inserts or updates alerts. */
export async function saveAlerts(db: Kysely<Schema>, alerts: readonly Alert[]): Promise<void> {
  for (const part of portions(alerts, (alert) => clean(alert.id))) {
    await sql`INSERT INTO lastbeat.alerts (${names(ALERT)}) SELECT * FROM ${unnest(part, ALERT)}
      ON CONFLICT (id) DO UPDATE SET ${overwrite(ALERT, ["id"])}`.execute(db);
  }
}

/** Every alert that is pending or firing: the engine continues with them after a restart. */
export async function loadOpenAlerts(db: Kysely<Schema>): Promise<Alert[]> {
  const { rows } = await sql<AlertRow>`SELECT ${names(ALERT)} FROM lastbeat.alerts
    WHERE state <> 'resolved' ORDER BY started_ms, id`.execute(db);
  return rows.map(alertOf);
}

/** One alert by its id; null if there is none, or no longer. */
export async function findAlert(db: Kysely<Schema>, id: string): Promise<Alert | null> {
  const { rows } = await sql<AlertRow>`SELECT ${names(ALERT)} FROM lastbeat.alerts WHERE id = ${clean(id)}`.execute(db);
  return rows[0] ? alertOf(rows[0]) : null;
}

/** The alerts of the given ids that still exist, in no order. */
export async function findAlerts(db: Kysely<Schema>, ids: readonly string[]): Promise<Alert[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<AlertRow>`SELECT ${names(ALERT)} FROM lastbeat.alerts
    WHERE id = ANY(${ids.map(clean)}::text[])`.execute(db);
  return rows.map(alertOf);
}

/** More than all open alerts that a process is built for, and what ended with them. */
const OF_INCIDENTS_MAX = 50_000;

/** The alerts of the given incidents, the oldest first; those that are open before the others. */
export async function alertsOfIncidents(db: Kysely<Schema>, incidents: readonly string[]): Promise<Alert[]> {
  if (incidents.length === 0) return [];
  const { rows } = await sql<AlertRow>`SELECT ${names(ALERT)} FROM lastbeat.alerts
    WHERE incident = ANY(${incidents.map(clean)}::text[])
    ORDER BY state = 'resolved', started_ms, id LIMIT ${OF_INCIDENTS_MAX}`.execute(db);
  return rows.map(alertOf);
}

/** Some alerts of each incident: its root, and those that fire before the others, the worst first. */
export async function mainAlertsOf(
  db: Kysely<Schema>,
  incidents: readonly { readonly id: string; readonly rootId: string }[],
  each: number,
): Promise<readonly { readonly alert: Alert; readonly total: number; readonly firing: number }[]> {
  if (incidents.length === 0) return [];
  const { rows } = await sql<AlertRow & { total: number; firing: number }>`SELECT * FROM (
      SELECT ${names(ALERT)},
        row_number() OVER (PARTITION BY incident
          ORDER BY state <> 'firing', severity <> 'critical', started_ms, id) AS place,
        (count(*) OVER (PARTITION BY incident))::integer AS total,
        (count(*) FILTER (WHERE state = 'firing') OVER (PARTITION BY incident))::integer AS firing
      FROM lastbeat.alerts WHERE incident = ANY(${incidents.map(({ id }) => clean(id))}::text[])
    ) ranked
    WHERE place <= ${each} OR id = ANY(${incidents.map(({ rootId }) => clean(rootId))}::text[])
    ORDER BY place`.execute(db);
  return rows.map((row) => ({ alert: alertOf(row), total: row.total, firing: row.firing }));
}

/** Alerts in one of `states` (in any state if absent), the latest started first. */
export async function listAlerts(
  db: Kysely<Schema>,
  request: PageRequest & { readonly states?: readonly AlertState[] },
): Promise<ResultPage<Alert>> {
  const limit = limitOf(request);
  const states = request.states ? sql`AND state = ANY(${[...request.states]}::text[])` : sql``;
  const after = request.before
    ? sql`AND (started_ms, id) < (${request.before.ms}::bigint, ${clean(request.before.id)}::text)`
    : sql``;
  const { rows } = await sql<AlertRow>`SELECT ${names(ALERT)} FROM lastbeat.alerts WHERE true ${states} ${after}
    ORDER BY started_ms DESC, id DESC LIMIT ${limit + 1}`.execute(db);
  return pageOf(rows.map(alertOf), limit, (alert) => ({ ms: alert.startedMs, id: alert.id }));
}

/** Alerts of the given rules that were open at some time in [fromMs, toMs), oldest first: the latest 500. */
export async function alertsOverlapping(
  db: Kysely<Schema>,
  rules: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<Alert[]> {
  const { rows } = await sql<AlertRow>`SELECT ${names(ALERT)} FROM lastbeat.alerts
    WHERE rule = ANY(${rules.map(clean)}::text[]) AND started_ms < ${instant(toMs)}
      AND (resolved_ms IS NULL OR resolved_ms > ${instant(fromMs)})
    ORDER BY started_ms DESC, id DESC LIMIT ${OVERLAPPING_MAX}`.execute(db);
  return rows.map(alertOf).reverse();
}

/** Alerts of one client that fired and were open at some time in [fromMs, toMs), oldest first: the latest 500. */
export async function alertsOfClient(
  db: Kysely<Schema>,
  client: string,
  within: { readonly fromMs: number; readonly toMs: number },
): Promise<Alert[]> {
  const { rows } = await sql<AlertRow>`SELECT ${names(ALERT)} FROM lastbeat.alerts
    WHERE labels @> ${jsonText({ clientId: client })}::jsonb AND fired_ms IS NOT NULL
      AND started_ms < ${instant(within.toMs)} AND (resolved_ms IS NULL OR resolved_ms > ${instant(within.fromMs)})
    ORDER BY started_ms DESC, id DESC LIMIT ${OVERLAPPING_MAX}`.execute(db);
  return rows.map(alertOf).reverse();
}

const ALERT: readonly Column<Alert>[] = [
  ["id", "text", (alert) => clean(alert.id)],
  ["rule", "text", (alert) => clean(alert.rule)],
  ["severity", "text", (alert) => alert.severity],
  ["state", "text", (alert) => alert.state],
  ["labels", "jsonb", (alert) => jsonText(alert.labels)],
  ["value", "float8", (alert) => alert.value],
  ["threshold", "float8", (alert) => alert.threshold],
  ["started_ms", "bigint", (alert) => instant(alert.startedMs)],
  ["fired_ms", "bigint", (alert) => instantOrNull(alert.firedMs)],
  ["resolved_ms", "bigint", (alert) => instantOrNull(alert.resolvedMs)],
  ["summary", "text", (alert) => clean(alert.summary)],
  ["facts", "jsonb", ({ facts }) => (facts === null ? null : jsonText(boundedFacts(facts)))],
  ["inferred", "boolean", (alert) => alert.inferred],
  ["acknowledged_by", "text", (alert) => cleanOrNull(alert.acknowledgedBy)],
  ["flapping", "boolean", (alert) => alert.flapping],
  ["no_data", "boolean", (alert) => alert.noData],
  ["incident", "text", (alert) => cleanOrNull(alert.incident)],
];

const alertOf = (row: AlertRow): Alert => ({
  id: row.id,
  rule: row.rule,
  severity: row.severity,
  state: row.state,
  labels: row.labels,
  value: row.value,
  threshold: row.threshold,
  startedMs: row.started_ms,
  firedMs: row.fired_ms,
  resolvedMs: row.resolved_ms,
  summary: row.summary,
  facts: readFacts(row.facts),
  inferred: row.inferred,
  acknowledgedBy: row.acknowledged_by,
  flapping: row.flapping,
  noData: row.no_data,
  incident: row.incident,
});
