/** PostgreSQL's disk_full, and the system's own codes where a file of ours is written. */
const CODES: ReadonlySet<string> = new Set(["53100", "ENOSPC", "EDQUOT"]);

/** Nothing can be saved until there is room, so it is said as the cause wherever it surfaces. */
export const DISK_FULL = "the disk of the database is full: nothing is saved until there is room";

/** Whether a disk without room caused an error, directly or further down. */
export function isDiskFull(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  if ("code" in cause && typeof cause.code === "string" && CODES.has(cause.code)) return true;
  return cause instanceof AggregateError ? cause.errors.some(isDiskFull) : isDiskFull(cause.cause);
}
