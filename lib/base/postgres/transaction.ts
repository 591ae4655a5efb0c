import "server-only";
import type { Kysely } from "kysely";

/**
 * Runs `work` in the transaction `db` already is, else in one of its own. Inside, only the handle given to `work` may
 * be used: the embedded engine has one backend, and whoever asks the pool from within a transaction waits for ever.
 */
export function inTransaction<S, T>(db: Kysely<S>, work: (trx: Kysely<S>) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
