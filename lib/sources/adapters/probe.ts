import { z } from "zod";
import { done, type Failure, failed, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import type { RunQuery } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { identifier } from "@/lib/sources/jobs/identifier";
import { withinBudget } from "@/lib/sources/jobs/query-budget";

/** What the system catalogue says about a table, before any of its rows is read. */
export interface ProbedTable {
  readonly columns: ReadonlySet<string>;
  /** The type of each column as PostgreSQL prints it. */
  readonly types: ReadonlyMap<string, string>;
  /** The labels of each column that is an enum. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** `CREATE INDEX …` as PostgreSQL prints it. */
  readonly indexes: readonly string[];
  /** Share of the table's pages, percent, that a sample of bounded size reads. */
  readonly samplePercent: number;
  /** The database server's clock, epoch ms. */
  readonly nowMs: number;
}

// 2,000 pages are 16 MB, some 50,000 rows: they are read in well under 0.2 s, and estimate a 1 % share of the rows to
// within a few per cent.
const SAMPLE_PAGES = 2_000;

const ProbeRow = z.object({
  now_ms: z.number(),
  role: z.string(),
  schema: z.string().nullable(),
  no_select: z.boolean(),
  columns: z.array(z.string()).nullable(),
  types: z.array(z.string()).nullable(),
  labels: z.record(z.string(), z.array(z.string())).nullable(),
  indexes: z.array(z.string()).nullable(),
  no_usage: z.array(z.string()).nullable(),
  elsewhere: z.array(z.string()).nullable(),
  pages: z.number().nullable(),
});
type ProbeRow = z.infer<typeof ProbeRow>;

/** The columns of a table that an adapter reads. */
interface ColumnNeeds {
  readonly required: readonly string[];
  /** Read where the table has them. */
  readonly optional?: readonly string[];
  /** The versions of the system that the adapter reads. */
  readonly versions: string;
}

/**
 * Finds `table` in the system catalogue and checks that it has the columns an adapter reads.
 * Fails with `incompatible` (table or columns missing, each named) or `unauthorized` (this role may not use the schema).
 */
export async function probe(runQuery: RunQuery, table: string, needs: ColumnNeeds): Promise<Result<ProbedTable>> {
  const row = await probeRow(runQuery, table, needs);
  return row.columns === null
    ? failed(missingTable(table, row))
    : probedTable(table, needs, { ...row, columns: row.columns });
}

/** The same for a table that older versions do not have; null without it. */
export async function probeOptional(
  runQuery: RunQuery,
  table: string,
  needs: ColumnNeeds,
): Promise<Result<ProbedTable | null>> {
  const row = await probeRow(runQuery, table, needs);
  return row.columns === null ? done(null) : probedTable(table, needs, { ...row, columns: row.columns });
}

async function probeRow(
  runQuery: RunQuery,
  table: string,
  { required, optional = [] }: ColumnNeeds,
): Promise<ProbeRow> {
  const values = [identifier(table), table, [...required, ...optional]];
  return ProbeRow.parse((await runQuery({ name: "probe", text: PROBE, values }))[0]);
}

function probedTable(
  table: string,
  { required, versions }: ColumnNeeds,
  row: ProbeRow & { readonly columns: readonly string[] },
): Result<ProbedTable> {
  const columns = new Set(row.columns);
  const missing = required.filter((column) => !columns.has(column));
  if (missing.length > 0) {
    const columns = missing.map(identifier).join(", ");
    const why = reason("tableVersionUnknown", { name: identifier(table), columns, versions });
    return failed({ code: "incompatible", retry: false, reason: why });
  }
  if (row.no_select) return failed(missingGrant(table, row));
  return done({
    columns,
    types: new Map(row.columns.map((column, at) => [column, row.types?.[at] ?? ""])),
    labels: new Map(Object.entries(row.labels ?? {})),
    indexes: row.indexes ?? [],
    samplePercent: Math.min(100, (100 * SAMPLE_PAGES) / Math.max(1, row.pages ?? 0)),
    nowMs: row.now_ms,
  });
}

/** The rows of a sample; null if it ran out of budget, and for a view, which cannot be sampled (0A000). */
export async function sampled<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await withinBudget(answer);
  } catch (error) {
    if (errorCode(error) === "0A000") return null;
    throw error;
  }
}

// Every role may read the catalogue, so a missing grant is never mistaken for a missing table.
const PROBE = `
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms,
       current_user::text AS role,
       (SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass($1)) AS schema,
       EXISTS (SELECT 1 FROM pg_attribute a
               WHERE a.attrelid = to_regclass($1) AND a.attname = ANY ($3::text[])
                 AND NOT has_column_privilege(a.attrelid, a.attnum, 'SELECT')) AS no_select,
       (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT array_agg(format_type(a.atttypid, NULL) ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped) AS types,
       (SELECT json_object_agg(e.attname, e.labels)
        FROM (SELECT a.attname::text, array_agg(l.enumlabel::text) AS labels
              FROM pg_attribute a JOIN pg_enum l ON l.enumtypid = a.atttypid
              WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1) e) AS labels,
       (SELECT array_agg(pg_get_indexdef(i.indexrelid)) FROM pg_index i
        WHERE i.indrelid = to_regclass($1) AND i.indisvalid) AS indexes,
       (SELECT array_agg(n.nspname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm')
          AND NOT has_schema_privilege(n.oid, 'USAGE')) AS no_usage,
       (SELECT array_agg(n.nspname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm')
          AND has_schema_privilege(n.oid, 'USAGE')) AS elsewhere,
       (coalesce((SELECT sum(pg_relation_size(p.relid)) FROM pg_partition_tree(to_regclass($1)) p),
                 pg_relation_size(to_regclass($1))) / current_setting('block_size')::int)::float8 AS pages`;

const qualified = (table: string, { schema }: ProbeRow): string =>
  schema === null || schema === "public" ? identifier(table) : `${identifier(schema)}.${identifier(table)}`;

function missingGrant(table: string, row: ProbeRow): Failure {
  const statement = `GRANT SELECT ON ${qualified(table, row)} TO ${identifier(row.role)};`;
  const why = reason("grantMissing", { user: row.role, statement });
  return { code: "unauthorized", retry: false, reason: why };
}

function missingTable(table: string, row: ProbeRow): Failure {
  const closed = row.no_usage?.[0];
  if (closed !== undefined) {
    const statement = `GRANT USAGE ON SCHEMA ${identifier(closed)} TO ${identifier(row.role)};`;
    const why = reason("schemaUsageMissing", { name: identifier(table), statement });
    return { code: "unauthorized", retry: false, reason: why };
  }
  const elsewhere = row.elsewhere?.[0];
  const name = identifier(table);
  const why =
    elsewhere === undefined
      ? reason("tableMissing", { name })
      : reason("tableInOtherSchema", { name, schema: identifier(elsewhere), setting: elsewhere });
  return { code: "incompatible", retry: false, reason: why };
}
