import type { Reason } from "@/lib/base/messages/reason";
import type { Sql } from "@/lib/sources/adapters/sql-expressions";
import type { Adapter } from "@/lib/sources/jobs/adapter";
import type { JobState } from "@/lib/sources/jobs/job";

/**
 * A job table in which each job is a row with a state, a queue and times. All expressions are about a row `j` of the first
 * of `requiredTables`, or of `from`, and may use only the columns listed there: the conformance suite reads the table with
 * rights on those columns alone.
 */
export interface GenericTable<Kind extends string = string> extends Omit<Adapter<Kind>, "read"> {
  /**
   * If jobs are spread over several tables: a SELECT … UNION ALL SELECT … of them. Each part has a constant that says which
   * part it is, so that PostgreSQL skips the parts that a condition excludes. It has no pages to sample.
   */
  readonly from?: Sql;
  /** Text, never null. */
  readonly queue: Sql;
  /** One sentence: the jobs that are counted in no state, and those counted where they are not expected. */
  readonly omits: Reason;
  /**
   * Booleans, of which at most one is true; counts of the states left out are null. `queued` are all jobs that have not run:
   * those whose time has not come are counted as `scheduled`.
   */
  readonly states: Readonly<Partial<Record<Exclude<JobState, "scheduled">, Sql>>>;
  /** timestamptz: the time from which a queued or retried job may run; null or in the future: later. */
  readonly dueAt: Sql;
  /** timestamptz, an aggregate over due rows: when the oldest of them became due. Absent: the minimum of `dueAt`. */
  readonly oldestDueAt?: Sql;
  /** Boolean: not finished. Like all conditions here, written so that one of the table's own indexes serves it. */
  readonly open: Sql;
  /** Boolean: finished and still in the table; null if the system deletes finished jobs. */
  readonly closed: Sql | null;
  /** Whether one of the table's own indexes serves each open state, so that capped counts are cheap. */
  readonly statesIndexed: boolean;
  /** Boolean about a running job: it exceeds the system's own limit, or its owner is presumed dead. */
  readonly overdue: Sql | null;
  readonly errors: ErrorColumns | null;
  readonly finished: FinishedJobs;
  readonly owners: OwnerTable | null;
  /** A table of `requiredTables` with the names of all queues, so that empty queues are reported as well. */
  readonly queueNames: { readonly table: string; readonly name: Sql } | null;
  /** A SELECT of queue, state, due, later, count and oldest_ms from the system's own counters, for tables too large to count. */
  readonly counters?: Sql;
  /** The generation by the shape of its tables: of what has the newest shape, the oldest version (`≥ 3.2`). */
  generation(columns: ReadonlySet<string>): string;
  /** Where the system itself records the version of its schema. Read where the role may, so no right is required. */
  readonly recorded?: RecordedVersion;
  /** What is different about the schema of an older version. Absent: every version it reads has the same. */
  readonly forSchema?: (found: FoundSchema) => SchemaChanges;
}

/** The tables and columns that were found, `requiredTables` and `optionalTables` alike. */
export interface FoundSchema {
  hasTable(table: string): boolean;
  /** The type of a column as PostgreSQL prints it; null without the column or its table. */
  typeOf(table: string, column: string): string | null;
  /** The labels of a column that is an enum. */
  labelsOf(table: string, column: string): readonly string[];
}

/** The parts of a definition that an older schema replaces, and what cannot be measured in it. */
interface SchemaChanges
  extends Partial<
    Pick<
      GenericTable,
      | "from"
      | "states"
      | "dueAt"
      | "open"
      | "closed"
      | "overdue"
      | "errors"
      | "finished"
      | "owners"
      | "queueNames"
      | "generation"
    >
  > {
  /** null: it has none. */
  readonly counters?: Sql | null;
  readonly lacks?: readonly Reason[];
}

export interface RecordedVersion {
  /** null: in the catalogue, which every role may read. */
  readonly table: { readonly name: string; readonly columns: readonly string[] } | null;
  /** A SELECT of one number, `version`, null if there is none. */
  readonly version: Sql;
  /** What the system calls it. */
  readonly unit: "schema" | "migration";
}

export interface ErrorColumns {
  readonly where: Sql;
  readonly text: Sql;
  readonly at: Sql | null;
}

type FinishedJobs =
  /**
   * Finished jobs stay in the table with the time they finished. `since`: a boolean for "finished after this
   * timestamptz".
   */
  | { readonly is: "retained"; readonly since: (instant: Sql) => Sql }
  /** Finished jobs are deleted: the rate is the deletion counter of `table`, for a source with one queue. */
  | { readonly is: "deleted"; readonly table: string }
  /** The system counts finished jobs itself: a SELECT of one number, `total`; for a source with one queue. */
  | { readonly is: "counted"; readonly total: Sql }
  | { readonly is: "unknown" };

/** The table of workers. All expressions about a row `o` of it are text, except `lastContact`, a timestamptz. */
export interface OwnerTable {
  readonly table: string;
  readonly id: Sql;
  readonly name: Sql;
  readonly lastContact: Sql;
  /** The system's own limit. */
  readonly deadAfterSeconds: number;
  readonly held: HeldJobColumns;
}

/** About a running job `j`. */
interface HeldJobColumns {
  readonly by: Sql;
  readonly id: Sql;
  readonly type: Sql;
  /** timestamptz. */
  readonly startedAt: Sql;
  readonly attempts: Sql;
}
