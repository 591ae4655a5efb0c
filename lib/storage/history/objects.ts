import "server-only";
import { type Kysely, sql } from "kysely";
import { clean, jsonText } from "@/lib/base/postgres/bulk";
import type { Labels } from "@/lib/base/signals/labels";
import type { Schema, StoredKind } from "@/lib/storage/schema/schema";

/** An object with rows of its own: a broker, a queue, a runner … */
export interface StoredObject {
  readonly id: number;
  readonly labels: Labels;
}

/** The objects of a kind that carry all of `labels`, the newest first. */
export async function objectsWith(
  db: Kysely<Schema>,
  kind: StoredKind,
  labels: Labels,
  limit: number | null = null,
): Promise<readonly StoredObject[]> {
  const { rows } = await sql<StoredObject>`SELECT id, labels FROM lastbeat.objects
    WHERE kind = ${clean(kind)} AND labels @> ${jsonText(labels)}::jsonb
    ORDER BY id DESC LIMIT ${limit}`.execute(db);
  return rows;
}

/** The objects of a kind whose label of the same name is one of `names`. */
export async function objectsNamed(
  db: Kysely<Schema>,
  kind: "broker" | "source",
  names: readonly string[],
): Promise<readonly StoredObject[]> {
  const { rows } = await sql<StoredObject>`SELECT id, labels FROM lastbeat.objects
    WHERE kind = ${kind} AND labels ->> ${kind} = ANY(${names.map(clean)}::text[])`.execute(db);
  return rows;
}
