import { done, failed, type Result } from "@/lib/base/errors/failure";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { toReading } from "@/lib/sources/adapters/sql/mapping";
import { QUERY_COLUMNS, type Queries, type QueryName } from "@/lib/sources/adapters/sql/queries";
import { readRows, TypeRows, typeQuery } from "@/lib/sources/adapters/sql/rows";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { refusal } from "@/lib/sources/jobs/refusal";

/**
 * The operator's own statements over any tables of a PostgreSQL database (columns in `QUERY_COLUMNS`). Each is run as a
 * sub-select, read-only and with the usual statement timeout. Before the first reading the columns of all statements are
 * checked, and all faults are reported at once, each with its path. What a missing statement would return is unknown.
 */
export function sql(queries: Queries): Adapter<"sql"> {
  const certaintyOf = (name: QueryName) => (queries[name] === undefined ? "unsupported" : "exact");
  return {
    kind: "sql",
    versions: "your own",
    capabilities: {
      counts: "exact",
      oldestDue: certaintyOf("oldest"),
      retry: certaintyOf("retry"),
      errorGroups: certaintyOf("errors"),
      running: "unsupported",
      owners: certaintyOf("owners"),
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
    return done(toReading(await readRows(queries, runQuery), context));
  } catch (error) {
    // The tables changed after the check: which statement fails is more useful than a SQLSTATE.
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

interface CheckedColumn {
  readonly name: QueryName;
  readonly column: string;
  readonly type: "text" | "number";
  readonly text: string;
}

const NUMBERS = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/** What is wrong with one column; `whole`: the whole statement is at fault. A missing right is thrown. */
async function columnFault(
  runQuery: RunQuery,
  checked: CheckedColumn,
): Promise<{ readonly reason: Reason; readonly whole: boolean } | null> {
  try {
    const rows = TypeRows.parse(await runQuery(typeQuery(checked.name, checked.column, checked.text)));
    const type = rows[0]?.type ?? "unknown";
    if (checked.type === "text" || NUMBERS.includes(type)) return null;
    return { reason: reason("queryColumnType", { query: checked.name, column: checked.column, type }), whole: false };
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (code === "42501" || !/^(42|22|0A|25)/.test(code)) throw error;
    const missing = `column "${checked.column}" does not exist`;
    if (error instanceof Error && error.message === missing) {
      return { reason: reason("queryColumnMissing", { query: checked.name, column: checked.column }), whole: false };
    }
    return { reason: statementFault(checked.name, code, error), whole: true };
  }
}

function statementFault(query: QueryName, code: string, error: unknown): Reason {
  if (code === "42601") return reason("querySyntax", { query });
  const schemaFault = refusal.ofSchema(code, error);
  return schemaFault === null
    ? reason("queryFailed", { query, code })
    : reason("queryFault", { query, reason: schemaFault.reason });
}
