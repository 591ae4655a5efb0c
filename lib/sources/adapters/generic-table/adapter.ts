import { done, type Result } from "@/lib/base/errors/failure";
import type { FoundSchema, GenericTable } from "@/lib/sources/adapters/generic-table/definition";
import { toReading } from "@/lib/sources/adapters/generic-table/mapping";
import { recordedVersion } from "@/lib/sources/adapters/generic-table/queries";
import { readRows } from "@/lib/sources/adapters/generic-table/rows";
import { type ProbedTable, probe, probeOptional } from "@/lib/sources/adapters/probe";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/adapter";
import { withinBudget } from "@/lib/sources/jobs/query-budget";

/** Makes an adapter from a definition: exact where the budget allows, estimated beyond it, null where nothing is known. */
export function genericTable<Kind extends string>(definition: GenericTable<Kind>): Adapter<Kind> {
  const { kind, versions, capabilities, cost, minIntervalMs, schema, requiredTables, optionalTables = [] } = definition;
  return {
    kind,
    versions,
    capabilities,
    cost,
    minIntervalMs,
    schema,
    requiredTables,
    optionalTables,
    read: (runQuery, context) => read(definition, runQuery, context),
  };
}

async function read(definition: GenericTable, runQuery: RunQuery, context: ReadContext): Promise<Result<TableReading>> {
  const found = await probeTables(definition, runQuery);
  if (!found.ok) return found;
  const jobs = found.value.get(definition.requiredTables[0]?.table ?? "");
  if (jobs === undefined) throw new Error(`adapter "${definition.kind}" requires no table`);
  const { table, lacks } = fittedTo(definition, found.value);
  const rows = await readRows(table, runQuery, { jobs, context });
  const reading = toReading(table, { jobs, rows, context });
  const generation = (await recordedGeneration(definition, runQuery)) ?? reading.generation;
  return done({ ...reading, generation, ...(lacks.length === 0 ? {} : { lacks }) });
}

/** null without a record of the version, or without the right to read it. */
async function recordedGeneration({ recorded, versions }: GenericTable, runQuery: RunQuery): Promise<string | null> {
  if (recorded === undefined) return null;
  if (recorded.table !== null) {
    const { name, columns } = recorded.table;
    const probed = await probeOptional(runQuery, name, { required: columns, versions });
    if (!probed.ok || probed.value === null) return null;
  }
  const version = (await withinBudget(recordedVersion(recorded.version, runQuery)))?.[0]?.version ?? null;
  return version === null ? null : `${recorded.unit} ${version}`;
}

type FoundTables = ReadonlyMap<string, ProbedTable>;

/** The tables that exist. Fails for a required table that does not, and for one that this role may not read. */
async function probeTables(
  { requiredTables, optionalTables = [], versions }: GenericTable,
  runQuery: RunQuery,
): Promise<Result<FoundTables>> {
  const found = new Map<string, ProbedTable>();
  for (const { table, columns } of requiredTables) {
    const optional = optionalTables.find((other) => other.table === table)?.columns ?? [];
    const probed = await probe(runQuery, table, { required: columns, optional, versions });
    if (!probed.ok) return probed;
    found.set(table, probed.value);
  }
  for (const { table, columns } of optionalTables) {
    if (found.has(table)) continue;
    const probed = await probeOptional(runQuery, table, { required: columns, versions });
    if (!probed.ok) return probed;
    if (probed.value !== null) found.set(table, probed.value);
  }
  return done(found);
}

function fittedTo(definition: GenericTable, tables: FoundTables) {
  const found: FoundSchema = {
    hasTable: (table) => tables.has(table),
    typeOf: (table, column) => tables.get(table)?.types.get(column) ?? null,
    labelsOf: (table, column) => tables.get(table)?.labels.get(column) ?? [],
  };
  const { lacks = [], counters, ...changes } = definition.forSchema?.(found) ?? {};
  const { counters: own, ...rest } = definition;
  const counted = counters === undefined ? own : counters;
  const table: GenericTable = { ...rest, ...changes, ...(counted == null ? {} : { counters: counted }) };
  return { table, lacks };
}
