import "server-only";
import { type RawBuilder, sql } from "kysely";

/** One column of a bulk statement: its PostgreSQL type and where its value stands in a row. */
export type Column<Row> = readonly [name: string, type: string, of: (row: Row) => unknown];

/** Rows per statement: the parameters of one stay near 1 MB, so that a tick of any size never holds much twice. */
const ROWS_PER_STATEMENT = 2_000;

/** `unnest($1::text[], $2::bigint[], …)`: any number of rows with one parameter per column. */
export function unnest<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): RawBuilder<unknown> {
  const arrays = columns.map(([, type, of]) => sql`${rows.map(of)}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)})`;
}

/** The names of columns, as a list for INSERT or for an alias. */
export const names = <Row>(columns: readonly Column<Row>[]): RawBuilder<unknown> =>
  sql.raw(columns.map(([name]) => name).join(", "));

/** `a = excluded.a, …` for every column that is not part of the key. */
export const overwrite = <Row>(columns: readonly Column<Row>[], key: readonly string[]): RawBuilder<unknown> =>
  sql.raw(
    columns
      .filter(([name]) => !key.includes(name))
      .map(([name]) => `${name} = excluded.${name}`)
      .join(", "),
  );

/** Cuts rows into statements; of rows with the same key the last one counts, since one statement may write a row once. */
export function portions<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const unique = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
  const parts: Row[][] = [];
  for (let at = 0; at < unique.length; at += ROWS_PER_STATEMENT) parts.push(unique.slice(at, at + ROWS_PER_STATEMENT));
  return parts;
}

/**
 * A text as PostgreSQL can hold it. Names come from clients of a broker and may carry anything: a NUL character or half
 * a surrogate pair would fail the statement, and with it everything else observed in the same tick.
 */
export const clean = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();

export const cleanOrNull = (text: string | null): string | null => (text === null ? null : clean(text));

/** A value as jsonb takes it, with every text in it clean. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "string" ? clean(inner) : inner));

/** Instants are whole milliseconds; a clock that gives fractions must not fail a statement. */
export const instant = (ms: number): number => Math.round(ms);
export const instantOrNull = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));
