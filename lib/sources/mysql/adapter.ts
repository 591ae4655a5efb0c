import type { Result } from "@/lib/base/errors/failure";
import type { Adapter, ReadContext, TableReading } from "@/lib/sources/jobs/adapter";

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  readonly isNumber: boolean;
}

/** One read-only statement. It contains no input from outside except an operator's own statement. */
export interface MysqlQuery {
  readonly name: string;
  readonly text: string;
  /** After it ran out of its budget it is not run for ten minutes. */
  readonly cooldown?: true;
}

export interface MysqlAnswer {
  readonly rows: readonly unknown[];
  readonly columns: readonly AnswerColumn[];
}

/** Runs one statement in a read-only transaction with a time limit. Rejects with the driver's error. */
export type RunMysql = (query: MysqlQuery) => Promise<MysqlAnswer>;

/** Reads one kind of job table of MySQL or MariaDB. Errors of the server are thrown. */
export interface MysqlAdapter<Kind extends string = string>
  extends Pick<Adapter<Kind>, "kind" | "versions" | "capabilities" | "cost" | "minIntervalMs"> {
  read(run: RunMysql, context: ReadContext): Promise<Result<TableReading>>;
}
