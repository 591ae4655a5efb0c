/**
 * A piece of SQL written by us in an adapter's definition, about a row `j` of its job table. Never made of anything that
 * comes from outside.
 */
export type Sql = string;

/** A `timestamp` without zone that holds UTC, as Rails and Ecto write it: compared as it is, it would be off by the session's zone. */
export const utc = (column: Sql): Sql => `(${column} AT TIME ZONE 'UTC')`;

/** Whole seconds since 1970. */
export const unix = (column: Sql): Sql => `to_timestamp(${column})`;

/** Epoch ms of a timestamptz, null of null. */
export const ms = (instant: Sql): Sql => `(extract(epoch FROM ${instant}) * 1000)::float8`;

/** Whether an instant lies longer ago than this; null counts as no. */
export const olderThan = (instant: Sql, seconds: number): Sql =>
  `coalesce(${instant} < now() - interval '${seconds} seconds', false)`;
