import "server-only";
import type { Kysely } from "kysely";

/**
 * Runs `work` in the transaction that `db` already is, else in a new one. `work` may use only its own handle: the embedded
 * engine has one backend, so a query through the pool from within a transaction would wait for ever.
 */
export function inTransaction<S, T>(db: Kysely<S>, work: (trx: Kysely<S>) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
