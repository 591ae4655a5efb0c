import { z } from "zod";
import { done, failed, type Result } from "@/lib/base/errors/failure";
import { messageOf } from "@/lib/base/errors/message";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { toReading } from "@/lib/sources/adapters/sql/mapping";
import { asSubselect, QUERY_COLUMNS, type Queries, type QueryName } from "@/lib/sources/adapters/sql/queries";
import { QUERY_ROWS, ROWS_MAX } from "@/lib/sources/adapters/sql/rows";
import { sql } from "@/lib/sources/adapters/sql/sql";
import type { ReadContext, TableReading } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { withinBudget } from "@/lib/sources/jobs/query-budget";
import type { MysqlAdapter, MysqlAnswer, RunMysql } from "@/lib/sources/mysql/adapter";

/** Characters of a text in an answer: an error is shortened further when it is grouped. */
const TEXT_MAX = 1_000;

/**
 * The operator's own statements over any tables of MySQL or MariaDB: the same columns as on PostgreSQL. Each is run as a
 * sub-select, which can write no file; a faulty column is reported with its statement, all statements at once.
 */
export function sqlMysql(queries: Queries): MysqlAdapter<"sql"> {
  const { kind, versions, capabilities, cost, minIntervalMs } = sql(queries);
  return { kind, versions, capabilities, cost, minIntervalMs, read: (run, context) => read(queries, run, context) };
}

async function read(queries: Queries, run: RunMysql, context: ReadContext): Promise<Result<TableReading>> {
  const faults: Reason[] = [];
  async function rowsOf<Name extends QueryName>(name: Name) {
    const text = queries[name] ?? "";
    const answer = await answerOf(run, name, text, faults);
    return answer === null ? [] : z.array(QUERY_ROWS[name]).parse(answer.rows);
  }
  const optional = async <Name extends Exclude<QueryName, "counts">>(name: Name) =>
    queries[name] === undefined ? null : withinBudget(rowsOf(name));
  const rows = {
    counts: await rowsOf("counts"),
    oldest: await optional("oldest"),
    retry: await optional("retry"),
    errors: await optional("errors"),
    owners: await optional("owners"),
    hasOwners: queries.owners !== undefined,
  };
  if (faults.length === 0) return done(toReading(rows, context));
  return failed({ code: "incompatible", retry: false, reason: reason("queryFaults", { reasons: faults }) });
}

/** null: the statement is at fault, and `faults` says how. Any other error is thrown. */
async function answerOf(run: RunMysql, name: QueryName, text: string, faults: Reason[]): Promise<MysqlAnswer | null> {
  const columns = Object.entries(QUERY_COLUMNS[name]).map(([column, type]) =>
    type === "text"
      ? `CAST(q.\`${column}\` AS CHAR(${TEXT_MAX})) AS \`${column}\``
      : `q.\`${column}\` AS \`${column}\``,
  );
  try {
    const answer = await run({
      name,
      text: `SELECT ${columns.join(", ")} FROM ${asSubselect(text)} AS q LIMIT ${ROWS_MAX}`,
      cooldown: true,
    });
    const wrong = Object.entries(QUERY_COLUMNS[name]).flatMap(([column, type]) => {
      const found = answer.columns.find((other) => other.name === column);
      if (type === "text" || found === undefined || found.isNumber) return [];
      return [reason("queryColumnType", { query: name, column, type: "text" })];
    });
    faults.push(...wrong);
    return wrong.length === 0 ? answer : null;
  } catch (error) {
    const fault = statementFault(name, error);
    if (fault === null) throw error;
    faults.push(fault);
    return null;
  }
}

function statementFault(query: QueryName, error: unknown): Reason | null {
  const code = errorCode(error) ?? "";
  const [, table, column = ""] = /'(?:([^'.]*)\.)?([^'.]+)'/.exec(messageOf(error)) ?? [];
  switch (code) {
    case "ER_PARSE_ERROR":
      return reason("querySyntax", { query });
    case "ER_BAD_FIELD_ERROR":
      return table === "q"
        ? reason("queryColumnMissing", { query, column })
        : reason("queryFault", { query, reason: reason("columnUndefined", { name: column }) });
    case "ER_NO_SUCH_TABLE":
      return reason("queryFault", { query, reason: reason("tableUndefined", { name: column }) });
    case "ER_SP_DOES_NOT_EXIST":
    case "ER_DUP_FIELDNAME":
    case "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION":
      return reason("queryFailed", { query, code });
    default:
      return null;
  }
}
