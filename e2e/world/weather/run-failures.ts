import { SECOND } from "../../../lib/base/time/duration.ts";
import { pause } from "../until.ts";
import type { WeatherEnvironment } from "./environment.ts";
import { asSeenBy, belongsTo, reports, type WeatherFailure } from "./failures.ts";
import type { Observer } from "./observers.ts";
import { incidentOf, isAboutTheCrowd, isFiring, isResolved, type Page } from "./pages.ts";
import { type Outcome, RESOLVED_TOO_LATE, type Result, TOO_LATE } from "./table.ts";

const CHECK_EVERY_MS = 500;
/** A page that is too late is waited for as long again, and a minute, so that the table says how late it was. */
const LATE_BY_MS = 60 * SECOND;
/** Pages that follow the end of a failure belong to it for this long; in a hurry, those of one poll and its delivery. */
const AFTERWARDS_MS = { usual: 30 * SECOND, hurried: 12 * SECOND } as const;
const BETWEEN_MS = [10 * SECOND, 40 * SECOND] as const;

export interface FailureRun {
  readonly environment: WeatherEnvironment;
  readonly observers: readonly Observer[];
  readonly hurry: number;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** Fails one after the other, in the given order and beside each other; resolves when all are over. */
export async function failBesides(failures: readonly WeatherFailure[], run: FailureRun): Promise<readonly Result[]> {
  const running: Promise<Result>[] = [];
  for (const failure of failures) {
    running.push(fail(failure, run));
    const [least, most] = BETWEEN_MS;
    await pause((least + run.random() * (most - least)) / run.hurry);
  }
  return await Promise.all(running);
}

/** One failure from its beginning until every observer has reported and resolved it, or is too late. */
export async function fail(failure: WeatherFailure, run: FailureRun): Promise<Result> {
  const { environment, observers, hurry, log } = run;
  log(`▼ ${failure.id} begins: ${failure.title}`);
  const beganMs = Date.now();
  await failure.begin(environment);
  const reported = await Promise.all(
    observers.map(({ id, pages }) => firstReport(asSeenBy(failure, id), pages, beganMs)),
  );
  log(`  ${failure.id} reported after ${reported.map(secondsOf).join(" and ")}`);
  const endedMs = Date.now();
  await failure.end(environment);
  const resolved = await Promise.all(
    observers.map(({ id, pages }) => whenResolved(asSeenBy(failure, id), pages, beganMs, endedMs)),
  );
  log(`▲ ${failure.id} is over: resolved after ${resolved.map(secondsOf).join(" and ")}`);
  await pause(hurry > 1 ? AFTERWARDS_MS.hurried : AFTERWARDS_MS.usual);
  const overMs = Date.now();
  const outcomes = observers.map(({ id, pages }, at) =>
    outcomeOf(asSeenBy(failure, id), id, during(pages, beganMs, overMs), reported[at] ?? null, resolved[at] ?? null),
  );
  return { failure, beganMs, overMs, outcomes };
}

/** How long after the beginning the report was sent, once its last phase has been reported as well; null: never. */
async function firstReport(failure: WeatherFailure, pages: readonly Page[], beganMs: number): Promise<number | null> {
  const find = (phase: string | null): Page | null =>
    pages.find(
      (page) =>
        page.atMs >= beganMs &&
        isFiring(page) &&
        reports(failure, page) &&
        (phase === null || page.alert.phase === phase),
    ) ?? null;
  const first = await untilMs(beganMs + 2 * failure.withinMs + LATE_BY_MS, () => find(null));
  if (failure.phase !== null) {
    const { is, withinMs } = failure.phase;
    await untilMs(beganMs + withinMs + LATE_BY_MS, () => find(is));
  }
  return first === null ? null : first.atMs - beganMs;
}

/** How long after the end every alert that was sent is resolved; null: not in time, or nothing was sent. */
async function whenResolved(
  failure: WeatherFailure,
  pages: readonly Page[],
  beganMs: number,
  endedMs: number,
): Promise<number | null> {
  const since = (): readonly Page[] => pages.filter(({ atMs }) => atMs >= beganMs);
  const alerts = new Set(
    since()
      .filter((page) => isFiring(page) && belongsTo(failure, page))
      .map(({ alert }) => alert.id),
  );
  if (alerts.size === 0) return null;
  // What it resolves to need not name the subject: "all clients are back".
  const mine = (): readonly Page[] => since().filter(({ alert }) => alerts.has(alert.id));
  const all = await untilMs(endedMs + failure.resolvesWithinMs + LATE_BY_MS, () => {
    const last = lastOfEachAlert(mine());
    return last.every(isResolved) ? last : null;
  });
  return all === null ? null : Math.max(0, ...all.map((page) => page.atMs - endedMs));
}

function outcomeOf(
  failure: WeatherFailure,
  observer: string,
  pages: readonly Page[],
  reportedMs: number | null,
  resolvedMs: number | null,
): Outcome {
  const mine = pages.filter((page) => isFiring(page) && belongsTo(failure, page));
  const early = pages.find((page) => isResolved(page) && reports(failure, page) && mine.length === 0);
  return {
    observer,
    reportedMs,
    resolvedMs,
    notifications: mine.length,
    pages: new Set(mine.map(incidentOf)).size,
    repeated: mine.length - new Set(mine.map(({ alert }) => `${alert.id} ${alert.severity} ${alert.phase}`)).size,
    fault: faultOf(failure, reportedMs, early === undefined ? resolvedMs : null) ?? missesPhase(failure, mine),
  };
}

function faultOf(
  { withinMs, resolvesWithinMs }: WeatherFailure,
  reportedMs: number | null,
  resolvedMs: number | null,
): string | null {
  if (reportedMs === null) return "not reported";
  if (resolvedMs === null) return "not resolved";
  if (reportedMs > withinMs) return TOO_LATE;
  return resolvedMs > resolvesWithinMs ? RESOLVED_TOO_LATE : null;
}

function missesPhase({ phase }: WeatherFailure, pages: readonly Page[]): string | null {
  return phase === null || pages.some(({ alert }) => alert.phase === phase.is) ? null : `never ${phase.is}`;
}

function lastOfEachAlert(pages: readonly Page[]): readonly Page[] {
  return [...new Map(pages.map((page) => [page.alert.id, page])).values()];
}

/** Pages about firing alerts that are neither the report of a failure nor one of its consequences. */
export function falsePages(results: readonly Result[], observer: Observer, sinceMs: number): readonly Page[] {
  const isExplained = (page: Page): boolean =>
    results.some(
      ({ failure, beganMs, overMs }) =>
        page.atMs >= beganMs && page.atMs <= overMs && belongsTo(asSeenBy(failure, page.from), page),
    );
  return observer.pages.filter(
    (page) => page.atMs >= sinceMs && isFiring(page) && !isAboutTheCrowd(page) && !isExplained(page),
  );
}

const during = (pages: readonly Page[], fromMs: number, toMs: number): readonly Page[] =>
  pages.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);

async function untilMs<T>(deadlineMs: number, check: () => T | null): Promise<T | null> {
  for (;;) {
    const found = check();
    if (found !== null || Date.now() >= deadlineMs) return found;
    await pause(CHECK_EVERY_MS);
  }
}

const secondsOf = (ms: number | null): string => (ms === null ? "never" : `${Math.round(ms / SECOND)} s`);
