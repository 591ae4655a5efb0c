import "server-only";
import type { Pool, PoolClient } from "pg";

/** Says that an instance lives; of the numbers anybody may lock in a database, one that nobody else is likely to. */
const LOCK = 727_011_709;

export interface InstanceLock {
  /**
   * Whether no other instance lives on this database, so that what is under way there was left by one that died. Once
   * true it is held until `end`, or until its connection breaks. Behind a pooler in transaction mode a dead instance's
   * lock may outlive it: then the answer is false, and nothing worse.
   */
  alone(): Promise<boolean>;
  end(): void;
}

/** One connection of the pool holds the lock of its session (pg_try_advisory_lock): a process that dies gives it up. */
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
