import { done, failed, type Result } from "@/lib/base/errors/failure";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { byName } from "@/lib/base/signals/by-name";
import { SECOND } from "@/lib/base/time/duration";
import { QUERY_COLUMNS, type Queries, type QueryName } from "@/lib/sources/adapters/sql/queries";
import { type QueryCountRow, ROWS_MAX, rowsOf, TypeRows, typeQuestion } from "@/lib/sources/adapters/sql/rows";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import { countsOf, JOB_STATES, type JobQueue, type JobState, type RunnerContact } from "@/lib/sources/jobs/job";
import { withinBudget } from "@/lib/sources/jobs/query-budget";
import { withEmptyQueues } from "@/lib/sources/jobs/reading";
import { refusal } from "@/lib/sources/jobs/refusal";

/**
 * Your own statements over any tables of a PostgreSQL (columns in `QUERY_COLUMNS`). Each is run as a sub-select, read-only
 * and within the time every other statement gets. Before the first reading the columns of all are checked, and every fault
 * is told at once with its path. What a missing statement would say is unknown.
 */
export function sql(queries: Queries): Adapter<"sql"> {
  const tells = (name: QueryName) => (queries[name] === undefined ? "unsupported" : "exact");
  return {
    kind: "sql",
    versions: "your own",
    capabilities: {
      counts: "exact",
      oldestDue: tells("oldest"),
      retry: tells("retry"),
      errorGroups: tells("errors"),
      running: "unsupported",
      owners: tells("owners"),
      throughput: "unsupported",
    },
    cost: "expensive",
    minIntervalMs: 5 * SECOND,
    schema: null,
    requiredTables: [],
    read: (runQuery, context) => read(queries, runQuery, context),
  };
}

async function read(queries: Queries, runQuery: RunQuery, context: ReadContext): Promise<Result<TableReading>> {
  const faults = context.previous === null ? await faultsOf(queries, runQuery) : [];
  if (faults.length > 0) {
    return failed({ code: "incompatible", retry: false, reason: reason("queryFaults", { reasons: faults }) });
  }
  try {
    return done(toReading(await gather(queries, runQuery), context));
  } catch (error) {
    // The tables changed under a statement that was sound: which one it was is worth more than a SQLSTATE.
    const changed = /^(42|22)/.test(errorCode(error) ?? "") ? await faultsOf(queries, runQuery) : [];
    if (changed.length === 0) throw error;
    return failed({ code: "incompatible", retry: false, reason: reason("queryFaults", { reasons: changed }) });
  }
}

async function faultsOf(queries: Queries, runQuery: RunQuery): Promise<readonly Reason[]> {
  const faults: Reason[] = [];
  for (const name of namesOf(queries)) {
    for (const [column, type] of Object.entries(QUERY_COLUMNS[name])) {
      const fault = await columnFault(runQuery, { name, column, type, text: queries[name] ?? "" });
      if (fault === null) continue;
      faults.push(fault.reason);
      if (fault.whole) break;
    }
  }
  return faults;
}

const namesOf = (queries: Queries): readonly QueryName[] =>
  (["counts", "oldest", "retry", "errors", "owners"] as const).filter((name) => queries[name] !== undefined);

interface Column {
  readonly name: QueryName;
  readonly column: string;
  readonly type: "text" | "number";
  readonly text: string;
}

const NUMBERS = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/** What is wrong with one column; `whole`: the statement itself is at fault. A missing right is thrown as ever. */
async function columnFault(
  runQuery: RunQuery,
  of: Column,
): Promise<{ readonly reason: Reason; readonly whole: boolean } | null> {
  try {
    const rows = TypeRows.parse(await runQuery(typeQuestion(of.name, of.column, of.text)));
    const type = rows[0]?.type ?? "unknown";
    if (of.type === "text" || NUMBERS.includes(type)) return null;
    return { reason: reason("queryColumnType", { query: of.name, column: of.column, type }), whole: false };
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (code === "42501" || !/^(42|22|0A|25)/.test(code)) throw error;
    const missing = `column "${of.column}" does not exist`;
    if (error instanceof Error && error.message === missing) {
      return { reason: reason("queryColumnMissing", { query: of.name, column: of.column }), whole: false };
    }
    return { reason: statementFault(of.name, code, error), whole: true };
  }
}

function statementFault(query: QueryName, code: string, error: unknown): Reason {
  if (code === "42601") return reason("querySyntax", { query });
  const schemaFault = refusal.ofSchema(code, error);
  return schemaFault === null
    ? reason("queryFailed", { query, code })
    : reason("queryFault", { query, reason: schemaFault.reason });
}

type Answers = Awaited<ReturnType<typeof gather>>;

/** Counts must fit the budget, or there is no reading; what else does not fit is not measured. */
async function gather(queries: Queries, runQuery: RunQuery) {
  const optional = async <Name extends Exclude<QueryName, "counts">>(name: Name) => {
    const text = queries[name];
    return text === undefined ? null : withinBudget(rowsOf(runQuery, name, text));
  };
  return {
    counts: await rowsOf(runQuery, "counts", queries.counts),
    oldest: await optional("oldest"),
    retry: await optional("retry"),
    errors: await optional("errors"),
    owners: await optional("owners"),
    knowsOwners: queries.owners !== undefined,
  };
}

function toReading(answers: Answers, context: ReadContext): TableReading {
  const names = [
    ...new Set([answers.counts, answers.oldest, answers.retry].flatMap((rows) => (rows ?? []).map((row) => row.queue))),
  ];
  const isCut = answers.counts.length >= ROWS_MAX;
  const sorted = sortedOut(answers, context);
  const queues = names.map((queue) => toQueue(queue, answers, sorted, context));
  return {
    queues: withEmptyQueues(context.previous, queues, !isCut),
    runners: answers.knowsOwners ? contacts(answers, context) : null,
    finishedTotal: null,
    generation: "sql",
    atMs: context.nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    ...(isCut ? { cut: true } : {}),
  };
}

/** The answers by queue: a statement may name tens of thousands, and looking through all of them for each is minutes. */
interface Sorted {
  readonly counts: ReadonlyMap<string, readonly QueryCountRow[]>;
  /**
   * A GROUP BY says nothing of what there is none of: a state is 0 in one queue when another has it now, or any had it a
   * poll ago, and unknown when it was never named.
   */
  readonly countedStates: ReadonlySet<JobState>;
  readonly errors: ReadonlyMap<string, readonly NonNullable<Answers["errors"]>[number][]>;
}

function sortedOut(answers: Answers, { previous }: ReadContext): Sorted {
  const before = JOB_STATES.filter((state) => previous?.queues.some((one) => one.counts[state] !== null));
  return {
    counts: Map.groupBy(answers.counts, (row) => row.queue),
    countedStates: new Set([...before, ...answers.counts.flatMap(({ state }) => (state === null ? [] : [state]))]),
    errors: Map.groupBy(answers.errors ?? [], (row) => row.queue),
  };
}

const oldestNamed = byName<NonNullable<Answers["oldest"]>[number]>((row) => row.queue);
const retryNamed = byName<NonNullable<Answers["retry"]>[number]>((row) => row.queue);

function toQueue(queue: string, answers: Answers, sorted: Sorted, context: ReadContext): JobQueue {
  const rows = Map.groupBy(sorted.counts.get(queue) ?? [], (row) => row.state);
  const count = (state: JobState) =>
    rows.get(state)?.reduce((sum, row) => sum + row.count, 0) ?? (sorted.countedStates.has(state) ? 0 : null);
  const none = answers.retry === null ? null : 0;
  const { due, later } = retryNamed(answers.retry ?? [], queue) ?? { due: none, later: none };
  const errors = sorted.errors.get(queue) ?? [];
  return {
    source: context.source,
    kind: "sql",
    queue,
    counts: countsOf(count),
    countsAre: "exact",
    retry: { due, later },
    oldestDueSeconds: oldestNamed(answers.oldest ?? [], queue)?.seconds ?? null,
    throughputPerMinute: null,
    errors: groupErrors(errors.map((row) => ({ text: row.error ?? "", count: row.count, lastSeenMs: null }))),
    stuck: null,
    conflicts: null,
  };
}

const contacts = ({ owners }: Answers, { nowMs }: ReadContext): readonly RunnerContact[] =>
  (owners ?? []).map((row) => ({
    name: row.name,
    lastContactMs: row.silent_seconds === null ? null : Math.round(nowMs - row.silent_seconds * SECOND),
    holding: [],
    oldestPendingMs: null,
    deadAfterSeconds: row.limit_seconds,
  }));
