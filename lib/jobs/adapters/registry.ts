import { bitmagnet } from "@/lib/jobs/adapters/bitmagnet";
import { peertube } from "@/lib/jobs/adapters/peertube";
import { river } from "@/lib/jobs/adapters/river/river";
import type { Adapter } from "@/lib/jobs/source";

/** Every kind of job table that can be watched. Settings, reader and pages take the list from here. */
const ADAPTERS = [bitmagnet, peertube, river] as const;

/** Kinds read over SQL; each has an adapter of the same name. */
export type TableKind = (typeof ADAPTERS)[number]["kind"];

export const TABLE_ADAPTERS: readonly [Adapter<TableKind>, ...Adapter<TableKind>[]] = ADAPTERS;

export function adapterOf(kind: TableKind): Adapter<TableKind> {
  const found = TABLE_ADAPTERS.find((adapter) => adapter.kind === kind);
  if (found === undefined) throw new Error(`no adapter for "${kind}"`);
  return found;
}
