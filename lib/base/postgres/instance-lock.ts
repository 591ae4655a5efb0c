import "server-only";
import type { Pool, PoolClient } from "pg";

/** The key of the advisory lock that a living instance holds; any application of the database may use any key. */
const LOCK = 727_011_709;

export interface InstanceLock {
  /**
   * Whether no other instance uses this database, so that leases found there are those of a dead one. Once true, the lock
   * is held until `end`, or until its connection breaks. Behind a pooler in transaction mode, the lock of a dead instance
   * may outlive it: then the answer is false, with no other harm.
   */
  alone(): Promise<boolean>;
  end(): void;
}

/** One connection of the pool holds a session lock (pg_try_advisory_lock), which ends with the process. */
export function createInstanceLock(pool: Pool): InstanceLock {
  let holder: PoolClient | null = null;
  const end = (): void => {
    holder?.release(true);
    holder = null;
  };
  return {
    async alone() {
      if (holder !== null) return true;
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ alone: boolean }>("SELECT pg_try_advisory_lock($1) AS alone", [LOCK]);
        if (rows[0]?.alone !== true) {
          client.release();
          return false;
        }
      } catch (cause) {
        client.release(true);
        throw cause;
      }
      client.on("error", end);
      holder = client;
      return true;
    },
    end,
  };
}
