import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { MINUTE } from "@/lib/base/time/duration";
import { loadOpenAlerts } from "@/lib/storage/alerts/alerts";
import { loadIncidents } from "@/lib/storage/alerts/incidents";
import type { Database } from "@/lib/storage/database";
import { readHistory } from "@/lib/storage/history/read-history";
import { loadBroker } from "@/lib/storage/rabbitmq/sessions";
import { saveSamples } from "@/lib/storage/samples/samples";
import { FORMER_ROWS, T } from "@/lib/storage/schema/former-rows.testing";
import { migrate } from "@/lib/storage/schema/migrate";
import { MIGRATIONS } from "@/lib/storage/schema/migrations";
import { emptyDatabase } from "@/lib/storage/storage.testing";

/** What the migrations since changed on purpose. One that renames or converts adds its line here. */
const TABLES: ReadonlyMap<string, string> = new Map([
  ["webhook_lanes", "webhook_health"],
  ["notices", "notification_states"],
]);
const COLUMNS: Readonly<Record<string, string>> = {
  "notices.told": "last_notified",
  "attempts.error": "reason",
  "blind_spans.because": "reason",
};
const LOG_LINE = "missed heartbeats from client, timeout: 60s";
const VALUES: Readonly<Record<string, unknown>> = {
  "attempts.reason answered 503": { code: "sendStatus", params: { status: 503 } },
  "blind_spans.reason /api/nodes gave no answer within 2.5 s": {
    code: "noAnswerWithin",
    params: { where: "/api/nodes", seconds: 2.5 },
  },
  [`sessions.end_detail ${LOG_LINE}`]: { code: "verbatim", params: { text: LOG_LINE } },
};

type Row = Readonly<Record<string, unknown>>;
const Rows = z.array(z.object({ row: z.record(z.string(), z.unknown()) }));

let database: Database;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.close());

async function tables(): Promise<string[]> {
  const { rows } = await database.pool.query<{ name: string }>(`SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'lastbeat'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      AND relname NOT LIKE 'kysely%' ORDER BY 1`);
  return rows.map(({ name }) => name);
}

async function rowsOf(table: string): Promise<Row[]> {
  const { rows } = await database.pool.query(`SELECT to_jsonb(t) AS row FROM lastbeat.${table} t`);
  return Rows.parse(rows).map(({ row }) => row);
}

/** A database as the version wrote it that ended with migration `last`. */
async function formerDatabase(last: string): Promise<ReadonlyMap<string, readonly Row[]>> {
  await migrate(database.db, last);
  for (const step of Object.keys(MIGRATIONS).filter((name) => name <= last)) {
    for (const statement of FORMER_ROWS[step] ?? []) await sql.raw(statement).execute(database.db);
  }
  return new Map(await Promise.all((await tables()).map(async (name) => [name, await rowsOf(name)] as const)));
}

/** The row as it has to be after the upgrade; columns that were added since are left out. */
const expected = (table: string, row: Row): unknown =>
  expect.objectContaining(
    Object.fromEntries(
      Object.entries(row).map(([former, value]) => {
        const column = COLUMNS[`${table}.${former}`] ?? former;
        return [column, VALUES[`${table}.${column} ${String(value)}`] ?? value];
      }),
    ),
  );

describe.each(["0001_first_light", "0004_rules", "0007_alert_facts"])("a database of version %s", (last) => {
  test("has every row after the upgrade", async () => {
    const former = await formerDatabase(last);
    expect([...former].filter(([, rows]) => rows.length === 0).map(([name]) => name)).toEqual([]);
    await migrate(database.db);
    for (const [name, rows] of former) {
      const now = await rowsOf(TABLES.get(name) ?? name);
      expect(now).toHaveLength(rows.length);
      expect(now, name).toEqual(expect.arrayContaining(rows.map((row) => expected(name, row))));
    }
  });

  test("is read and continued by this version", async () => {
    await formerDatabase(last);
    await migrate(database.db);
    const { db } = database;
    const { clients, sessions } = await loadBroker(db, "main", T);
    expect(clients.map(({ name, reconnectsMs }) => [name, reconnectsMs])).toEqual([["mailer", [T - 5_000]]]);
    expect(sessions.map(({ id, recvOct }) => [id, recvOct])).toEqual([["s2", 1e15]]);
    expect((await loadOpenAlerts(db)).map(({ id, acknowledgedBy }) => [id, acknowledgedBy])).toEqual([
      ["deep-x-1", "eve"],
    ]);
    const { incidents } = await loadIncidents(db, T);
    expect([...incidents.values()].map(({ id, rootId, resolvedMs }) => [id, rootId, resolvedMs])).toEqual([
      ["deep-x-1", "deep-x-1", null],
    ]);
    const labels = { broker: "main", vhost: "/", queue: "mail" };
    await saveSamples(db, T + MINUTE, [{ kind: "queue", labels, values: [50, 0, 1, null, null] }]);
    const signal = signalNamed("queue.ready");
    if (signal === null) throw new Error("no signal queue.ready");
    const range = { fromMs: T - 3 * 60 * MINUTE, toMs: T + 2 * MINUTE };
    const { series } = await readHistory(db, { signal, labels, ...range }, { points: 300 });
    const extremes = series.map(({ points }) => points.slice(-2).map(([, min, max]) => [min, max]));
    expect(extremes).toEqual([
      [
        [7, 9],
        [42, 50],
      ],
    ]);
  });
});
