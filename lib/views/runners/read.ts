import "server-only";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { strengthOf } from "@/lib/sources/runners/signals";
import { troublesOf } from "@/lib/views/jobs/troubles";
import type { RunnerView, StrengthView } from "@/lib/views/runners/schema";

/** The order of the list: the worst first. */
const STATES_BY_TROUBLE: readonly RunnerView["state"][] = [
  "silent",
  "stuck",
  "missing",
  "deaf",
  "bouncing",
  "late",
  "unknown",
  "ok",
  "idle",
];
/** Of more jobs a page shows only the number. */
const JOBS_MAX = 10;

/** All runners, the most troubled first, with their silence as of now. */
export const readRunners = (live: Pick<Runtime, "scopes" | "sources">, nowMs: number): RunnerView[] =>
  [...live.sources.values()]
    .flatMap((memory) =>
      memory.runners.map(
        (runner): RunnerView => ({
          ...runner,
          silenceSeconds: silenceSeconds(runner.lastContactMs, memory, nowMs),
          holding: runner.holding.slice(0, JOBS_MAX).map(({ id, type, startedMs, updatedMs, progress }) => ({
            id,
            type,
            startedMs,
            updatedMs,
            progress,
          })),
          troubles: troublesOf(live, memory, { runner: runner.name }, nowMs),
        }),
      ),
    )
    .sort(
      (a, b) =>
        rankOf(a) - rankOf(b) || (b.silenceSeconds ?? -1) - (a.silenceSeconds ?? -1) || a.id.localeCompare(b.id),
    );

/** The rank of a runner in the list. One that disappeared without a job comes last. */
const rankOf = (runner: RunnerView): number =>
  runner.because === "gone-idle" ? STATES_BY_TROUBLE.length : STATES_BY_TROUBLE.indexOf(runner.state);

export const strengthView = (memory: SourceMemory): Omit<StrengthView, "source"> => ({
  present: strengthOf(memory.runners, memory.runnersExpected).present,
  missing: memory.runners.filter((runner) => runner.state === "missing").length,
  expected: memory.runnersExpected,
});

/** The sources that have runners, or for which a number is configured. */
export const readStrengths = (live: Pick<Runtime, "sources">): StrengthView[] =>
  [...live.sources.values()]
    .filter((memory) => memory.reading?.runners !== null || memory.runnersExpected !== null)
    .filter((memory) => memory.reading !== null)
    .map((memory) => ({ source: memory.source, ...strengthView(memory) }));

/** Silence is not counted while the source cannot be read, since nothing is known of its runners. */
function silenceSeconds(lastContactMs: number | null, memory: SourceMemory, nowMs: number): number | null {
  if (lastContactMs === null) return null;
  const knownUntilMs = memory.state === "ok" ? nowMs : (memory.lastPollMs ?? nowMs);
  return Math.max(0, Math.round((knownUntilMs - lastContactMs) / SECOND));
}
