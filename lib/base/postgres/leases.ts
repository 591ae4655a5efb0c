import "server-only";
import { randomUUID } from "node:crypto";
import { type QueryExecutorProvider, sql } from "kysely";
import { clean } from "@/lib/base/postgres/bulk";
import { SECOND } from "@/lib/base/time/duration";

/**
 * How long a lease lasts without a renewal. A killed holder delays its successor by this much; a database that does not
 * answer for this long costs a living holder its lease.
 */
const LEASE_MS = 10 * SECOND;
/** Renewals per lease period: two may fail before the lease ends. */
const RENEWALS = 3;

/** The right to be the only one who works on something, until it is released or not renewed in time. */
export interface Lease {
  readonly name: string;
  /** The fencing token: larger at every acquisition of this name, by any holder. */
  readonly fence: number;
  /** Aborts when the lease ends without a release: another holder took it over, or it could not be renewed in time. */
  readonly signal: AbortSignal;
  /** Whether the lease is certainly held now, by this process's steady clock. */
  isHeld(): boolean;
  /**
   * Call first in every transaction whose writes need the lease. Locks the lease against a takeover until the
   * transaction ends; rejects when another holder has taken it over.
   */
  confirm(trx: QueryExecutorProvider): Promise<void>;
  /** Ends the lease, so that others need not wait for its expiry. Does nothing where it was taken over. */
  release(): Promise<void>;
}

export interface Leases {
  /** null: another holder has it. A holder that acquires a lease of its own anew gets a larger fence. */
  acquire(name: string): Promise<Lease | null>;
  /** Ends all leases whose name begins with `prefix`, whoever holds them: for an instance that is alone at its start. */
  releaseAll(prefix: string): Promise<void>;
}

export interface LeaseOptions {
  /** Unique for each user of leases in each process; random where absent. */
  readonly holder?: string;
  readonly leaseMs?: number;
}

/**
 * Leases in the table `lastbeat.leases`. The database's clock decides what has expired, so the clocks of the instances
 * need not agree. Rows are never deleted: a fence must not begin again.
 */
export function createLeases(db: QueryExecutorProvider, options: LeaseOptions = {}): Leases {
  const { holder = randomUUID(), leaseMs = LEASE_MS } = options;
  return {
    async acquire(name) {
      const requestedMs = performance.now();
      const key = clean(name);
      // An expiry more than two periods ahead was written before the database's clock was set back.
      const { rows } = await sql<{ fence: number }>`
        INSERT INTO lastbeat.leases AS lease (name, holder, fence, expires_at)
        VALUES (${key}, ${holder}, 1, ${expiry(leaseMs)})
        ON CONFLICT (name) DO UPDATE
          SET holder = excluded.holder, fence = lease.fence + 1, expires_at = excluded.expires_at
          WHERE lease.expires_at <= clock_timestamp() OR lease.expires_at > ${expiry(2 * leaseMs)}
            OR lease.holder = excluded.holder
        RETURNING fence`.execute(db);
      const [row] = rows;
      return row === undefined
        ? null
        : new HeldLease({ db, name: key, holder, fence: row.fence, leaseMs }, requestedMs);
    },
    async releaseAll(prefix) {
      await sql`UPDATE lastbeat.leases SET holder = NULL, expires_at = '-infinity'
        WHERE starts_with(name, ${prefix}) AND holder IS NOT NULL`.execute(db);
    },
  };
}

const expiry = (ms: number) => sql`clock_timestamp() + ${ms} * interval '1 millisecond'`;

interface Held {
  readonly db: QueryExecutorProvider;
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
  readonly leaseMs: number;
}

/** Renews itself until it is released or lost. */
class HeldLease implements Lease {
  readonly #held: Held;
  readonly #lost = new AbortController();
  /** On the steady clock. Counted from before the request, so it is never later than the expiry in the database. */
  #heldUntilMs: number;
  #renewal: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #isReleased = false;

  constructor(held: Held, requestedMs: number) {
    this.#held = held;
    this.#heldUntilMs = requestedMs + held.leaseMs;
    this.#schedule();
  }

  get name(): string {
    return this.#held.name;
  }

  get fence(): number {
    return this.#held.fence;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  isHeld(): boolean {
    return !this.#isReleased && !this.signal.aborted && performance.now() < this.#heldUntilMs;
  }

  async confirm(trx: QueryExecutorProvider): Promise<void> {
    const { rows } = await sql`SELECT FROM lastbeat.leases WHERE ${this.#isOurs()} FOR SHARE`.execute(trx);
    if (rows.length > 0) return;
    this.#lose();
    throw new Error(`the lease ${this.name} was taken over`);
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    this.#stop();
    await sql`UPDATE lastbeat.leases SET holder = NULL, expires_at = '-infinity' WHERE ${this.#isOurs()}`.execute(
      this.#held.db,
    );
  }

  #isOurs() {
    const { name, holder, fence } = this.#held;
    return sql`name = ${name} AND holder = ${holder} AND fence = ${fence}`;
  }

  #schedule(): void {
    this.#stop();
    this.#renewal = setTimeout(() => void this.#renew(), this.#held.leaseMs / RENEWALS);
    this.#expiry = setTimeout(() => this.#lose(), this.#heldUntilMs - performance.now());
  }

  async #renew(): Promise<void> {
    const { db, leaseMs } = this.#held;
    const requestedMs = performance.now();
    try {
      const { numAffectedRows = 0n } = await sql`UPDATE lastbeat.leases SET expires_at = ${expiry(leaseMs)}
        WHERE ${this.#isOurs()}`.execute(db);
      if (this.#isReleased || this.signal.aborted) return;
      if (numAffectedRows === 0n) return this.#lose();
      this.#heldUntilMs = requestedMs + leaseMs;
      this.#schedule();
    } catch {
      // The database does not answer. Tried again until the expiry ends the lease.
      if (this.#isReleased || this.signal.aborted) return;
      this.#renewal = setTimeout(() => void this.#renew(), leaseMs / RENEWALS / 2);
    }
  }

  #lose(): void {
    this.#stop();
    this.#lost.abort(new Error(`the lease ${this.name} was lost`));
  }

  #stop(): void {
    clearTimeout(this.#renewal);
    clearTimeout(this.#expiry);
  }
}
