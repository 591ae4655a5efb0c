import type { z } from "zod";
import { done, failed, type Result, withoutQuery } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { DAY } from "@/lib/base/time/duration";
import { noLongerRunning, toReading } from "@/lib/sources/adapters/peertube/mapping";
import {
  COMPLETED,
  COMPLETING,
  ENDED,
  ERRORED,
  type OrphanRow,
  PENDING,
  type PeertubeCountRow,
  type PeertubeErrorRow,
  PROCESSING,
  type ReleasedRow,
  WAITING_FOR_PARENT,
} from "@/lib/sources/adapters/peertube/queries";
import type { ReadContext } from "@/lib/sources/jobs/adapter";
import { OVERDUE_MS, type SourceReading } from "@/lib/sources/jobs/job";
import { clockAhead } from "@/lib/sources/jobs/reading";
import { JobItem, pageOf, RunnerItem, toActiveRow, toRunnerRow } from "@/lib/sources/reading/peertube-api-rows";

export interface ApiAnswer {
  readonly json: unknown;
  /** The server's clock from the Date header, epoch ms in whole seconds; null without one. */
  readonly sourceNowMs: number | null;
}

/** Requests one path of the API, with its query. Failures are values; nothing is thrown. */
export type Get = (path: string) => Promise<Result<ApiAnswer>>;

/** The maximum page size of PeerTube (`PAGINATION.GLOBAL.COUNT.MAX`). */
const PAGE_ITEMS = 100;
/** PeerTube answers 50 requests in 10 s from one address, including browsers behind the same address. */
const REQUESTS_MAX = 40;
/** 1,000 runners are more than any instance has. */
const RUNNER_PAGES_MAX = 10;
/** Jobs running at one moment: runners times their slots, with a margin. */
const ACTIVE_PAGES_MAX = 10;
/** Pages contain payloads, about 2 kB for each job: lists longer than one page are counted by type instead. */
const COUNTED_PAGES_MAX = 1;
/** The job types of PeerTube 6.3 and 8.x; other types found in jobs are added. */
const TYPES = [
  "vod-web-video-transcoding",
  "vod-hls-transcoding",
  "vod-audio-merge-transcoding",
  "live-rtmp-hls-transcoding",
  "video-studio-transcoding",
  "video-transcription",
  "generate-video-storyboard",
];

/**
 * Reads PeerTube's remote runners from its REST API, v6 to 8.x, as `peertube` reads them from the tables. `typeOneOf` is not
 * used: 6.3 silently ignores it, so types are selected by `search`, which all versions match against the type. Of the jobs
 * that wait for a parent, the hundred that have waited longest are read; cancelled ones are not.
 */
export async function readPeertubeApi(get: Get, context: ReadContext): Promise<Result<SourceReading<never>>> {
  const api = createPages(get);
  const runners = await api.runners();
  if (!runners.ok) return runners;
  const active = await api.jobs([PROCESSING, COMPLETING], "updatedAt", ACTIVE_PAGES_MAX);
  if (!active.ok) return active;
  const pending = await api.jobs([PENDING], "updatedAt", COUNTED_PAGES_MAX);
  if (!pending.ok) return pending;
  const errored = await api.jobs([ERRORED], "-updatedAt", COUNTED_PAGES_MAX);
  if (!errored.ok) return errored;
  const completed = await api.jobs([COMPLETED], "-updatedAt", COUNTED_PAGES_MAX);
  if (!completed.ok) return completed;
  const children = await api.jobs([WAITING_FOR_PARENT], "updatedAt", COUNTED_PAGES_MAX);
  if (!children.ok) return children;
  const types = typesOf(
    [active, pending, errored, completed].flatMap(({ value }) => value.items),
    context,
  );
  const pendingCounts = await countsOf(api, PENDING, pending.value, types);
  if (!pendingCounts.ok) return pendingCounts;
  const failedCounts = await countsOf(api, ERRORED, errored.value, types);
  if (!failedCounts.ok) return failedCounts;
  const completedCounts = await countsOf(api, COMPLETED, completed.value, types);
  if (!completedCounts.ok) return completedCounts;
  const sourceNowMs = runners.value.sourceNowMs ?? context.nowMs;
  const running = active.value.items.map(toActiveRow);
  const newest = await newestPending(api, pending.value);
  if (!newest.ok) return newest;
  const waiting = [...pending.value.items, ...newest.value];
  const released = releasedAmong(noLongerRunning(context.previous, running), [...waiting, ...errored.value.items]);
  const overdueBeforeMs = sourceNowMs - OVERDUE_MS;
  const reading = toReading(
    {
      counted: { rows: [...failedCounts.value, ...completedCounts.value], exact: true, exactAgainMs: null },
      clockAheadMs: clockAhead(context.previous, sourceNowMs, context.nowMs),
      runners: runners.value.items.map(toRunnerRow),
      waiting: pendingCounts.value.map((row) => ({
        ...row,
        overdue_ms: newestBefore(overdueBeforeMs, waiting, row.type),
      })),
      active: running,
      released,
      orphans: orphansOf(children.value.items),
      errors: errorsOf(errored.value.items, sourceNowMs),
      generation: runners.value.items.some(({ version }) => version !== undefined) ? "8, REST" : "REST",
    },
    context,
  );
  return done({ ...reading, standby: null });
}

interface List<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly sourceNowMs: number | null;
}

interface Total {
  readonly total: number;
  readonly oldest: JobItem | null;
}

interface Pages {
  runners(): Promise<Result<List<RunnerItem>>>;
  jobs(states: readonly number[], sort: string, pagesMax: number): Promise<Result<List<JobItem>>>;
  /** How many jobs of this type are in this state, and the one updated longest ago. */
  total(state: number, type: string): Promise<Result<Total>>;
}

/** The lists of one poll; together they send at most `REQUESTS_MAX` requests. */
function createPages(get: Get): Pages {
  let requests = 0;

  async function page<T extends z.ZodType>(path: string, item: T) {
    if (requests >= REQUESTS_MAX) {
      return failed({
        code: "too-large",
        retry: true,
        reason: reason("tooManyRequests", { count: REQUESTS_MAX }),
      });
    }
    requests++;
    const answer = await get(path);
    if (!answer.ok) return answer;
    const parsed = pageOf(item).safeParse(answer.value.json);
    if (parsed.success) return done({ ...parsed.data, sourceNowMs: answer.value.sourceNowMs });
    const at = parsed.error.issues[0]?.path.map((part) => (typeof part === "number" ? "[]" : String(part))).join(".");
    const why = reason("peertubeAnswerUnexpected", { where: withoutQuery(path), path: at ?? "" });
    return failed({ code: "bad-answer", retry: true, reason: why });
  }

  /** Rows can move from one page to the next during a poll: duplicates are dropped. */
  async function all<T extends z.ZodType>(
    path: string,
    item: T,
    keyOf: (item: z.infer<T>) => unknown,
    pagesMax: number,
  ) {
    const items = new Map<unknown, z.infer<T>>();
    let total = 0;
    let sourceNowMs: number | null = null;
    for (let at = 0; at < pagesMax; at++) {
      const answer = await page(`${path}&start=${at * PAGE_ITEMS}&count=${PAGE_ITEMS}`, item);
      if (!answer.ok) return answer;
      for (const row of answer.value.data) items.set(keyOf(row), row);
      total = answer.value.total;
      sourceNowMs ??= answer.value.sourceNowMs;
      if (answer.value.data.length === 0 || (at + 1) * PAGE_ITEMS >= total) break;
    }
    return done({ items: [...items.values()], total, sourceNowMs });
  }

  return {
    runners: () => all("/api/v1/runners?sort=createdAt", RunnerItem, ({ id }) => id, RUNNER_PAGES_MAX),
    async jobs(states, sort, pagesMax) {
      const filter = states.map((state) => `&stateOneOf=${state}`).join("");
      const path = `/api/v1/runners/jobs?sort=${sort}${filter}`;
      const list = await all(path, JobItem, ({ uuid }) => uuid, pagesMax);
      if (!list.ok || list.value.items.every((job) => states.includes(job.state.id))) return list;
      return failed(unfiltered("stateOneOf"));
    },
    async total(state, type) {
      const path = `/api/v1/runners/jobs?sort=updatedAt&start=0&count=1&stateOneOf=${state}&search=${encodeURIComponent(type)}`;
      const answer = await page(path, JobItem);
      if (!answer.ok) return answer;
      const oldest = answer.value.data[0] ?? null;
      if (oldest !== null && oldest.type !== type) return failed(unfiltered("search"));
      return done({ total: answer.value.total, oldest });
    },
  };
}

const unfiltered = (parameter: string) =>
  ({
    code: "incompatible",
    retry: false,
    reason: reason("filterIgnored", { name: parameter }),
  }) as const;

/** The types that may have jobs, those with the most finished jobs first: requests for the rest are often unnecessary. */
function typesOf(jobs: readonly JobItem[], { previous }: ReadContext): readonly string[] {
  const before = previous?.queues ?? [];
  const finished = new Map(before.map(({ queue, counts }) => [queue, (counts.done ?? 0) + (counts.failed ?? 0)]));
  const types = [...new Set([...before.map(({ queue }) => queue), ...jobs.map((job) => job.type), ...TYPES])];
  return types.sort((a, b) => (finished.get(b) ?? 0) - (finished.get(a) ?? 0));
}

interface TypeCount extends PeertubeCountRow {
  /** When the job updated longest ago was updated, epoch ms. */
  readonly oldest_ms: number | null;
}

/**
 * Jobs of one state by type: from the list if it is complete, otherwise by requests for its types, and for others until
 * all jobs are found.
 */
async function countsOf(
  api: Pages,
  state: number,
  list: List<JobItem>,
  types: readonly string[],
): Promise<Result<readonly TypeCount[]>> {
  if (list.items.length >= list.total) {
    const groups = Map.groupBy(list.items, (job) => job.type);
    const oldest = (jobs: readonly JobItem[]) => Math.min(...jobs.map((job) => job.updatedAt));
    return done([...groups].map(([type, jobs]) => ({ type, state, count: jobs.length, oldest_ms: oldest(jobs) })));
  }
  const rows: TypeCount[] = [];
  const listed = new Set(list.items.map((job) => job.type));
  let remaining = list.total;
  for (const type of types) {
    if (remaining <= 0 && !listed.has(type)) continue;
    const answer = await api.total(state, type);
    if (!answer.ok) return answer;
    const { total, oldest } = answer.value;
    remaining -= total;
    if (total > 0) rows.push({ type, state, count: total, oldest_ms: oldest?.updatedAt ?? null });
  }
  return done(rows);
}

/**
 * The jobs that became pending last, where the list of those that have waited longest is not complete: among them are those
 * that were taken from a runner, and the newest one that is overdue unless a hundred newer ones came within five minutes.
 */
async function newestPending(api: Pages, longest: List<JobItem>): Promise<Result<readonly JobItem[]>> {
  if (longest.items.length >= longest.total) return done([]);
  const newest = await api.jobs([PENDING], "-updatedAt", COUNTED_PAGES_MAX);
  return newest.ok ? done(newest.value.items) : newest;
}

function newestBefore(beforeMs: number, pending: readonly JobItem[], type: string): number | null {
  const overdue = pending.filter((job) => job.type === type && job.updatedAt < beforeMs);
  return overdue.length === 0 ? null : Math.max(...overdue.map((job) => job.updatedAt));
}

/** Those of the jobs that are pending again or have failed. */
const releasedAmong = (uuids: readonly string[], items: readonly JobItem[]): readonly ReleasedRow[] =>
  items.filter(({ uuid }) => uuids.includes(uuid)).map(({ uuid, updatedAt }) => ({ uuid, updated_ms: updatedAt }));

/** Orphans have waited longest, so they are on the first page; if they fill it, their number is a lower bound. */
function orphansOf(children: readonly JobItem[]): readonly OrphanRow[] {
  const orphans = children.filter(({ parent }) => parent !== null && ENDED.includes(parent.state.id));
  return [...Map.groupBy(orphans, ({ type }) => type)].map(([type, jobs]) => ({ type, count: jobs.length }));
}

/** Error texts of jobs that failed permanently within the last day, as from the tables. */
function errorsOf(errored: readonly JobItem[], sourceNowMs: number): readonly PeertubeErrorRow[] {
  return errored.flatMap(({ type, error, finishedAt }) =>
    error === null || finishedAt === null || finishedAt < sourceNowMs - DAY
      ? []
      : [{ type, text: error, count: 1, last_seen_ms: finishedAt }],
  );
}
