import { done, type Result } from "@/lib/base/errors/failure";
import type { GenericTable } from "@/lib/sources/adapters/generic-table/definition";
import { toReading } from "@/lib/sources/adapters/generic-table/mapping";
import { readRows } from "@/lib/sources/adapters/generic-table/rows";
import { type ProbedTable, probe } from "@/lib/sources/adapters/probe";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/adapter";

/** Makes an adapter from a definition: exact where the budget allows, estimated beyond it, null where nothing is known. */
export function genericTable<Kind extends string>(definition: GenericTable<Kind>): Adapter<Kind> {
  const { kind, versions, capabilities, cost, minIntervalMs, schema, requiredTables } = definition;
  return {
    kind,
    versions,
    capabilities,
    cost,
    minIntervalMs,
    schema,
    requiredTables,
    read: (runQuery, context) => read(definition, runQuery, context),
  };
}

async function read(definition: GenericTable, runQuery: RunQuery, context: ReadContext): Promise<Result<TableReading>> {
  const tables: ProbedTable[] = [];
  for (const { table, columns } of definition.requiredTables) {
    const probed = await probe(runQuery, table, columns);
    if (!probed.ok) return probed;
    tables.push(probed.value);
  }
  const [jobs] = tables;
  if (jobs === undefined) throw new Error(`adapter "${definition.kind}" requires no table`);
  const rows = await readRows(definition, runQuery, { jobs, context });
  return done(toReading(definition, { jobs, rows, context }));
}
