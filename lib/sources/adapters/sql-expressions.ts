/** SQL text from an adapter's definition, about a row `j` of its job table. It never contains external input. */
export type Sql = string;

/**
 * Converts a UTC `timestamp` without zone, as Rails and Ecto write it; without this it would be off by the session's
 * zone.
 */
export const utc = (column: Sql): Sql => `(${column} AT TIME ZONE 'UTC')`;

/** Converts Unix seconds. */
export const unix = (column: Sql): Sql => `to_timestamp(${column})`;

/** Epoch ms of a timestamptz; null for null. */
export const ms = (instant: Sql): Sql => `(extract(epoch FROM ${instant}) * 1000)::float8`;

/** Whether an instant is longer ago than this; false for null. */
export const olderThan = (instant: Sql, seconds: number): Sql =>
  `coalesce(${instant} < now() - interval '${seconds} seconds', false)`;
