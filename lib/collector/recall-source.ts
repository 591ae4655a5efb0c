import "server-only";
import type { Kysely } from "kysely";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source-tick";
import type { SourceConfig } from "@/lib/config/schema";
import { MISSED_FOR_MS, rosterOf } from "@/lib/runners/roster";
import { loadRunners } from "@/lib/storage/runners";
import type { Schema } from "@/lib/storage/schema";
import { SECOND } from "@/lib/time/duration";

/** A source as the last run left it: its runners are known, so that who went meanwhile is missing and not forgotten. */
export async function recallSource(db: Kysely<Schema>, config: SourceConfig, nowMs: number): Promise<SourceMemory> {
  const { id, kind } = config;
  const stored = await loadRunners(db, id, nowMs - MISSED_FOR_MS);
  const source = { source: id, kind, pollIntervalMs: config.pollSeconds * SECOND };
  const runnersExpected = ("runners" in config ? config.runners?.expected : undefined) ?? null;
  return firstSourceMemory({ ...source, runnersExpected, roster: rosterOf(stored, config) }, nowMs);
}
