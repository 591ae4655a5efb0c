import "server-only";
import { type RawBuilder, sql } from "kysely";

/** One column of a bulk statement: its name, its PostgreSQL type, and how its value is read from a row. */
export type Column<Row> = readonly [name: string, type: string, read: (row: Row) => unknown];

/** Rows per statement: its parameters stay near 1 MB, so that a tick of any size never holds much of its data twice. */
const ROWS_PER_STATEMENT = 2_000;

/** `unnest($1::text[], $2::bigint[], …)`: any number of rows with one parameter per column. */
export function unnest<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): RawBuilder<unknown> {
  const arrays = columns.map(([, type, read]) => sql`${rows.map(read)}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays)})`;
}

/** The column names, as a list for INSERT or for an alias. */
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

/** Splits rows into statements. Of rows with the same key only the last is written: one statement may write a row once. */
export function portions<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const unique = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
  const parts: Row[][] = [];
  for (let at = 0; at < unique.length; at += ROWS_PER_STATEMENT) parts.push(unique.slice(at, at + ROWS_PER_STATEMENT));
  return parts;
}

/**
 * A text that PostgreSQL can store. Names come from clients of a broker and may contain anything: a NUL character or half
 * a surrogate pair would fail the statement, and with it everything else that was observed in the same tick.
 */
export const clean = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();

export const cleanOrNull = (text: string | null): string | null => (text === null ? null : clean(text));

/** A value as a jsonb parameter, with every text in it cleaned. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "string" ? clean(inner) : inner));

/** Instants are stored as whole milliseconds; a clock that gives fractions must not fail a statement. */
export const instant = (ms: number): number => Math.round(ms);
export const instantOrNull = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));
