import "server-only";
import { SECOND } from "@/lib/base/time/duration";
import type { Query, RunQuery } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { identifier } from "@/lib/sources/jobs/identifier";
import { skippedError } from "@/lib/sources/jobs/query-budget";

// The databases are other people's production: a statement that takes longer than this does more harm than good.
export const STATEMENT_TIMEOUT_MS = 5 * SECOND;
// If we waited longer for a migration's lock, all other sessions would queue behind us.
const LOCK_TIMEOUT_MS = 1 * SECOND;
// The server cancels a statement first; this is for a server that no longer answers at all.
export const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 3 * SECOND;

/** The part of a driver's connection that is used here. */
interface Connection {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

export interface QueryLimits {
  /** Of each statement. */
  readonly timeoutMs: number;
  /** Of the whole poll, epoch ms. */
  readonly deadlineMs: number;
  /** null: the role's own search path. */
  readonly schema: string | null;
}

/**
 * Runs each query in a READ ONLY transaction of its own: snapshots stay short, and a pooler may switch servers in
 * between.
 */
export function readOnlyQueries(connection: Connection, limits: QueryLimits): RunQuery {
  return async (query: Query) => {
    const timeoutMs = Math.min(limits.timeoutMs, query.timeoutMs ?? limits.timeoutMs);
    const leftMs = Math.floor(Math.min(timeoutMs, limits.deadlineMs - Date.now()));
    if (leftMs <= 0) throw skippedError(query);
    await connection.query(begin(leftMs, limits.schema));
    try {
      const result = await connection.query(query.text, query.values === undefined ? [] : [...query.values]);
      await connection.query("COMMIT");
      return result.rows;
    } catch (error) {
      // Only a server that answered can roll back; the first error is the one that is reported.
      if (isFromServer(error)) await connection.query("ROLLBACK").catch(() => {});
      throw error;
    }
  };
}

const isFromServer = (error: unknown): boolean => /^[0-9A-Z]{5}$/.test(errorCode(error) ?? "");

const begin = (timeoutMs: number, schema: string | null): string =>
  [
    "BEGIN READ ONLY",
    `SET LOCAL statement_timeout = ${timeoutMs}`,
    `SET LOCAL lock_timeout = ${Math.min(LOCK_TIMEOUT_MS, timeoutMs)}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${2 * ANSWER_TIMEOUT_MS}`,
    "SET LOCAL max_parallel_workers_per_gather = 0",
    ...(schema === null ? [] : [`SET LOCAL search_path = ${identifier(schema)}`]),
  ].join("; ");
