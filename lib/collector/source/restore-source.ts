import "server-only";
import type { Kysely } from "kysely";
import { SECOND } from "@/lib/base/time/duration";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source/memory";
import { resumeSourceMemory } from "@/lib/collector/source/stored-memory";
import type { SourceConfig } from "@/lib/config/schema";
import { MISSING_FOR_MS, registryOf } from "@/lib/sources/runners/registry";
import { loadMemory } from "@/lib/storage/memories";
import { loadRunners } from "@/lib/storage/samples/runners";
import type { Schema } from "@/lib/storage/schema/schema";

/**
 * Restores a source with its stored memory and runners, so that one that has gone meanwhile is missing and not forgotten, and
 * what has lasted goes on. `isAlerted`: it has open alerts.
 */
export async function restoreSource(
  db: Kysely<Schema>,
  config: SourceConfig,
  nowMs: number,
  isAlerted = false,
): Promise<SourceMemory> {
  const { id, kind } = config;
  const stored = await loadRunners(db, id, nowMs - MISSING_FOR_MS);
  const source = { source: id, kind, pollIntervalMs: config.pollSeconds * SECOND };
  const runnersExpected = ("runners" in config ? config.runners?.expected : undefined) ?? null;
  const first = firstSourceMemory({ ...source, runnersExpected, registry: registryOf(stored, config) }, nowMs);
  const resumed = resumeSourceMemory(first, await loadMemory(db, `source:${id}`), nowMs);
  return resumed === first && isAlerted ? { ...first, unknownBeforeMs: nowMs } : resumed;
}
