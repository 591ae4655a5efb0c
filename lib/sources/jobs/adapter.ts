import type { Result } from "@/lib/base/errors/failure";
import type { SourceReading } from "@/lib/sources/jobs/job";

/** One read-only statement. Error texts quote the name; values are bound, never spliced into the text. */
export interface Query {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly unknown[];
  /** After it ran out of its budget it is not run for ten minutes; otherwise every poll would cost that budget again. */
  readonly cooldown?: true;
  /** A statement timeout of its own, ms, below the usual one: for statements that an estimate can replace. */
  readonly timeoutMs?: number;
}

/** Runs one statement in its own read-only, time-limited transaction. Rejects with the driver's error. */
export type RunQuery = (query: Query) => Promise<readonly unknown[]>;

export interface ReadContext {
  readonly source: string;
  readonly nowMs: number;
  /** The last successful reading of the same source: for rates, and for statements that must not be repeated too soon. */
  readonly previous: SourceReading | null;
}

/** `estimated`: always. An `exact` number can still become an estimate when a table outgrows its budget. */
export type Certainty = "exact" | "estimated" | "unsupported";

/** What an adapter can measure at best. `unsupported` facts are null or empty in every reading. */
export interface Capabilities {
  readonly counts: Certainty;
  readonly oldestDue: Certainty;
  /** Jobs that failed and will run again: due now, and later. */
  readonly retry: Certainty;
  readonly errorGroups: Certainty;
  /** Running jobs, and which of them have run for longer than the system's own limit. */
  readonly running: Certainty;
  /** The workers, with the time of the last heartbeat of each. */
  readonly owners: Certainty;
  readonly throughput: Certainty;
}

/**
 * What a poll costs the database. `cheap`: grows with the number of queues. `bounded`: grows with the rows, by an index
 * or within named limits. `expensive`: reads the whole table.
 */
export type Cost = "cheap" | "bounded" | "expensive";

/** A table that an adapter reads, with its columns: a monitoring role needs SELECT on exactly these. */
export interface RequiredTable {
  readonly table: string;
  readonly columns: readonly string[];
}

/** What an adapter reads from a table; the reader adds what it knows about the server. */
export type TableReading = Omit<SourceReading, "standby" | "application">;

/** Reads one kind of job table. An unknown schema is a `Failure` value; driver errors are thrown. */
export interface Adapter<Kind extends string = string> {
  readonly kind: Kind;
  /** The versions of the system whose schema it supports, as text for people. */
  readonly versions: string;
  readonly capabilities: Capabilities;
  readonly cost: Cost;
  /** Polling more often than this costs the database more than the fresher numbers are worth. */
  readonly minIntervalMs: number;
  /** The schema that the system uses by default; null: the role's own search path. */
  readonly schema: string | null;
  readonly requiredTables: readonly RequiredTable[];
  /** Tables, and further columns of required ones, that older versions do not have. */
  readonly optionalTables?: readonly RequiredTable[];
  read(runQuery: RunQuery, context: ReadContext): Promise<Result<TableReading>>;
}
