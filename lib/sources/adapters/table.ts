import { z } from "zod";
import { done, type Failure, failed, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/because";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { Standby } from "@/lib/sources/jobs/job";
import type { WriteCounters } from "@/lib/sources/jobs/rollbacks";
import { errorCode, type RunQuery, withinBudget } from "@/lib/sources/jobs/source";

/** What the catalogue tells about a table before any of its rows is read. */
export interface Table {
  readonly columns: ReadonlySet<string>;
  /** `CREATE INDEX …` as PostgreSQL prints it. */
  readonly indexes: readonly string[];
  /** Share of the table's pages, percent, that a sample of bounded size reads. */
  readonly samplePercent: number;
  /** The database server's clock, epoch ms. */
  readonly nowMs: number;
}

// 2,000 pages are 16 MB, some 50,000 rows: read in well under 0.2 s, and a 1 % share of rows is told within a few per cent.
const SAMPLE_PAGES = 2_000;

const ProbeRow = z.object({
  now_ms: z.number(),
  role: z.string(),
  schema: z.string().nullable(),
  closed: z.boolean(),
  columns: z.array(z.string()).nullable(),
  indexes: z.array(z.string()).nullable(),
  shut: z.array(z.string()).nullable(),
  elsewhere: z.array(z.string()).nullable(),
  pages: z.number().nullable(),
});
type ProbeRow = z.infer<typeof ProbeRow>;

/**
 * Looks `table` up in the system catalogue and checks that it has the columns an adapter reads.
 * Fails with `incompatible` (table or columns missing, each named) or `unauthorized` (schema closed to this role).
 */
export async function probe(ask: RunQuery, table: string, needed: readonly string[]): Promise<Result<Table>> {
  const rows = await ask({ name: "probe", text: PROBE, values: [identifier(table), table, needed] });
  const row = ProbeRow.parse(rows[0]);
  if (row.columns === null) return failed(absent(table, row));
  const columns = new Set(row.columns);
  const missing = needed.filter((column) => !columns.has(column));
  if (missing.length > 0) {
    const detail = `Table ${identifier(table)} has no column ${missing.map(identifier).join(", ")}: not a schema this adapter knows.`;
    return failed({ code: "incompatible", retry: false, detail });
  }
  if (row.closed) return failed(notGranted(table, row));
  return done({
    columns,
    indexes: row.indexes ?? [],
    samplePercent: Math.min(100, (100 * SAMPLE_PAGES) / Math.max(1, row.pages ?? 0)),
    nowMs: row.now_ms,
  });
}

/** Rows of a sample; null where it would cost too much, and of a view, which cannot be sampled (0A000). */
export async function sampled<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await withinBudget(answer);
  } catch (error) {
    if (errorCode(error) === "0A000") return null;
    throw error;
  }
}

// The catalogue is readable by every role, so a missing grant never looks like a missing table.
const PROBE = `
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms,
       current_user::text AS role,
       (SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass($1)) AS schema,
       EXISTS (SELECT 1 FROM pg_attribute a
               WHERE a.attrelid = to_regclass($1) AND a.attname = ANY ($3::text[])
                 AND NOT has_column_privilege(a.attrelid, a.attnum, 'SELECT')) AS closed,
       (SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT array_agg(pg_get_indexdef(i.indexrelid)) FROM pg_index i
        WHERE i.indrelid = to_regclass($1) AND i.indisvalid) AS indexes,
       (SELECT array_agg(n.nspname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm')
          AND NOT has_schema_privilege(n.oid, 'USAGE')) AS shut,
       (SELECT array_agg(n.nspname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm')
          AND has_schema_privilege(n.oid, 'USAGE')) AS elsewhere,
       (coalesce((SELECT sum(pg_relation_size(p.relid)) FROM pg_partition_tree(to_regclass($1)) p),
                 pg_relation_size(to_regclass($1))) / current_setting('block_size')::int)::float8 AS pages`;

const StandbyRow = z.object({ standby: z.boolean(), behind: z.number().nullable() });

/**
 * Whether this is a hot standby, and how old what it shows is (s). The replay timestamp stands still while the primary
 * has nothing to say, so a standby that has replayed all it received, and is still receiving, is up to date; of
 * another it is the most it can be behind. Null until its first transaction (seen on a real one, PostgreSQL 15).
 */
export async function askStandby(ask: RunQuery): Promise<Standby | null> {
  const row = StandbyRow.parse((await ask({ name: "standby", text: STANDBY }))[0]);
  return row.standby ? { behindSeconds: row.behind === null ? null : Math.max(0, row.behind) } : null;
}

const STANDBY = `
SELECT pg_is_in_recovery() AS standby,
       CASE WHEN NOT pg_is_in_recovery() THEN NULL
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
       END::float8 AS behind`;

const WritesRow = z.object({ updates: z.number().nullable(), rollbacks: z.number().nullable() });

/**
 * PostgreSQL's counters of attempted updates of a table (its partitions included) and of rollbacks of the database. null
 * where they are not counted (track_counts), where statistics are shut to this role, and on a standby, which counts its own.
 */
export async function askWrites(ask: RunQuery, table: string): Promise<WriteCounters | null> {
  const answer = ask({ name: "writes", text: WRITES, values: [identifier(table)] });
  const row = WritesRow.parse((await readable(answer))?.[0] ?? { updates: null, rollbacks: null });
  return row.updates === null || row.rollbacks === null ? null : { updates: row.updates, rollbacks: row.rollbacks };
}

/** null where it would cost too much, or where the role may not see it. */
async function readable<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await withinBudget(answer);
  } catch (error) {
    if (errorCode(error) === "42501") return null;
    throw error;
  }
}

const WRITES = `
SELECT (SELECT sum(s.n_tup_upd) FROM pg_stat_user_tables s
        WHERE s.relid IN (SELECT p.relid FROM pg_partition_tree(to_regclass($1)) p
                          UNION SELECT to_regclass($1)::oid))::float8 AS updates,
       d.xact_rollback::float8 AS rollbacks
FROM pg_stat_database d
WHERE d.datname = current_database() AND current_setting('track_counts')::bool AND NOT pg_is_in_recovery()`;

const qualified = (table: string, { schema }: ProbeRow): string =>
  schema === null || schema === "public" ? identifier(table) : `${identifier(schema)}.${identifier(table)}`;

function notGranted(table: string, row: ProbeRow): Failure {
  const statement = `GRANT SELECT ON ${qualified(table, row)} TO ${identifier(row.role)};`;
  const detail = reason("mayNotReadGrant", { user: row.role, statement });
  return { code: "unauthorized", retry: false, detail };
}

function absent(table: string, row: ProbeRow): Failure {
  const shut = row.shut?.[0];
  if (shut !== undefined) {
    const statement = `GRANT USAGE ON SCHEMA ${identifier(shut)} TO ${identifier(row.role)};`;
    const detail = reason("schemaShut", { name: identifier(table), statement });
    return { code: "unauthorized", retry: false, detail };
  }
  const elsewhere = row.elsewhere?.[0];
  const name = identifier(table);
  const detail =
    elsewhere === undefined
      ? reason("tableMissing", { name })
      : reason("tableElsewhere", { name, schema: identifier(elsewhere), setting: elsewhere });
  return { code: "incompatible", retry: false, detail };
}
