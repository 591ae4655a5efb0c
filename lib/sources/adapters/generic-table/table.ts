import { done, type Result } from "@/lib/base/errors/failure";
import type { Sql } from "@/lib/sources/adapters/expressions";
import { gather } from "@/lib/sources/adapters/generic-table/answers";
import { toReading } from "@/lib/sources/adapters/generic-table/mapping";
import { probe, type Table } from "@/lib/sources/adapters/table";
import type { JobState } from "@/lib/sources/jobs/job";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/source";

/**
 * A job table in which each job is a row with a state, a queue and times. All SQL is about a row `j` of the first table
 * of `needs`, or of `from`, and may name only the columns listed there: a test reads it with rights on those alone.
 */
export interface PlainTable<Kind extends string> extends Omit<Adapter<Kind>, "read"> {
  /**
   * Where jobs are spread over tables: a SELECT … UNION ALL SELECT … of them. Each part says by a constant what it is, so
   * that PostgreSQL leaves out the parts a condition rules out. It has no pages to sample.
   */
  readonly from?: Sql;
  /** Text, never null. */
  readonly queue: Sql;
  /** Booleans, of which one at most is true; the counts of states left out are null. */
  readonly states: Readonly<Partial<Record<JobState, Sql>>>;
  /** timestamptz: since when a queued or retried job may run; null or in the future: later. */
  readonly dueAt: Sql;
  /** timestamptz, an aggregate over due rows: since when the oldest may run. Absent: the least `dueAt`. */
  readonly oldestDueAt?: Sql;
  /** Boolean: not finished. Written so that an index of the table's own serves it, as are all conditions here. */
  readonly open: Sql;
  /** Boolean: finished and still there; null where finished jobs are deleted. */
  readonly closed: Sql | null;
  /** Whether an index of the table's own serves each open state by itself, so that capped counts are cheap. */
  readonly statesIndexed: boolean;
  /** Boolean about a job in hand: for longer than the system's own rescue limit, or by an owner it holds for dead. */
  readonly overdue: Sql | null;
  readonly errors: PlainErrors | null;
  readonly finished: Finished;
  readonly owners: PlainOwners | null;
  /** Names of all queues, in a table of `needs`: one that is empty is then seen to be. */
  readonly queueNames: { readonly table: string; readonly name: Sql } | null;
  /** A SELECT of queue, state, due, count and oldest_ms from counters the system keeps, for when it has too many rows. */
  readonly counters?: Sql;
  generation(columns: ReadonlySet<string>): string;
}

export interface PlainErrors {
  readonly where: Sql;
  readonly text: Sql;
  readonly at: Sql | null;
}

type Finished =
  /** Rows with the time they finished. `since`: a boolean for "finished after this timestamptz". */
  | { readonly is: "kept"; readonly since: (instant: Sql) => Sql }
  /** Finished jobs are deleted: the statistics' counter of `table` tells, for a source with one queue. */
  | { readonly is: "deleted"; readonly table: string }
  /** The system's own counter of all that ever finished: a SELECT of one number, `total`; for a source with one queue. */
  | { readonly is: "counted"; readonly total: Sql }
  | { readonly is: "unknown" };

export interface PlainOwners {
  readonly table: string;
  /** About a row `o` of `table`; all text but `lastContact`, a timestamptz. */
  readonly id: Sql;
  readonly name: Sql;
  readonly lastContact: Sql;
  /** Its system's own limit. */
  readonly deadAfterSeconds: number;
  /** About a job `j` in hand. */
  readonly held: Held;
}

interface Held {
  readonly by: Sql;
  readonly id: Sql;
  readonly type: Sql;
  /** timestamptz. */
  readonly startedAt: Sql;
  readonly attempts: Sql;
}

/** An adapter out of a definition: exact where the budget allows, estimated beyond it, null where nothing is known. */
export function plainTable<Kind extends string>(definition: PlainTable<Kind>): Adapter<Kind> {
  const { kind, versions, tells, cost, leastIntervalMs, schema, needs } = definition;
  return {
    ...{ kind, versions, tells, cost, leastIntervalMs, schema, needs },
    read: (ask, context) => read(definition, ask, context),
  };
}

async function read(
  definition: PlainTable<string>,
  ask: RunQuery,
  context: ReadContext,
): Promise<Result<TableReading>> {
  const tables: Table[] = [];
  for (const needed of definition.needs) {
    const probed = await probe(ask, needed.table, needed.columns);
    if (!probed.ok) return probed;
    tables.push(probed.value);
  }
  const [jobs] = tables;
  if (jobs === undefined) throw new Error(`${definition.kind} needs no table`);
  const answers = await gather(definition, ask, { jobs, context });
  return done(toReading(definition, { jobs, answers, context }));
}
