import type { z } from "zod";
import { done, failed, type Result, withoutQuery } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { DAY } from "@/lib/base/time/duration";
import { toReading } from "@/lib/sources/adapters/peertube/mapping";
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
  WAITING_FOR_PARENT,
} from "@/lib/sources/adapters/peertube/queries";
import type { ReadContext } from "@/lib/sources/jobs/adapter";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { clockAhead } from "@/lib/sources/jobs/reading";
import { JobItem, pageOf, RunnerItem, toActiveRow, toRunnerRow } from "@/lib/sources/reading/peertube-api-rows";

export interface ApiAnswer {
  readonly json: unknown;
  /** The server's clock by the answer's Date header, epoch ms in whole seconds; null without one. */
  readonly sourceNowMs: number | null;
}

/** Asks one path of the API, with its query. Refusals are values; nothing is thrown. */
export type Get = (path: string) => Promise<Result<ApiAnswer>>;

/** PeerTube gives at most this many of anything at once (`PAGINATION.GLOBAL.COUNT.MAX`). */
const PAGE_ITEMS = 100;
/** PeerTube answers 50 requests in 10 s from one address, browsers behind the same one included. */
const REQUESTS_MAX = 40;
/** 1,000 runners are more than anybody registers. */
const RUNNER_PAGES_MAX = 10;
/** Jobs given out at one moment: runners times their slots, with room. */
const ACTIVE_PAGES_MAX = 10;
/** Pages carry payloads, some 2 kB a job: what does not fit one is counted by type instead. */
const COUNTED_PAGES_MAX = 1;
/** Types by PeerTube 6.3 and 8.x; what jobs of a reading show beyond is added. */
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
 * PeerTube's remote runners by its REST API, v6 to 8.x, as `peertube` reads them from the tables. `typeOneOf` is not
 * used: 6.3 ignores it without a word, so types are told apart by `search`, which all versions match against the type.
 * Of the jobs that wait for a parent the hundred that have waited longest are looked at; cancelled ones are not.
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
    [active, pending, errored, completed].flatMap((one) => one.value.items),
    context,
  );
  const waiting = await countsOf(api, PENDING, pending.value, types);
  if (!waiting.ok) return waiting;
  const broken = await countsOf(api, ERRORED, errored.value, types);
  if (!broken.ok) return broken;
  const finished = await countsOf(api, COMPLETED, completed.value, types);
  if (!finished.ok) return finished;
  const sourceNowMs = runners.value.sourceNowMs ?? context.nowMs;
  const reading = toReading(
    {
      counted: { rows: [...broken.value, ...finished.value], exact: true, exactAgainMs: null },
      clockAheadMs: clockAhead(context.previous, sourceNowMs, context.nowMs),
      runners: runners.value.items.map(toRunnerRow),
      waiting: waiting.value,
      active: active.value.items.map(toActiveRow),
      orphans: orphansOf(children.value.items),
      errors: errorsOf(errored.value.items, sourceNowMs),
      generation: runners.value.items.some((one) => one.version !== undefined) ? "8, REST" : "REST",
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

/** The lists of one poll; together they ask at most `REQUESTS_MAX` times. */
function createPages(get: Get): Pages {
  let asked = 0;

  async function page<T extends z.ZodType>(path: string, item: T) {
    if (asked >= REQUESTS_MAX) {
      return failed({
        code: "too-large",
        retry: true,
        reason: reason("tooManyRequests", { count: REQUESTS_MAX }),
      });
    }
    asked++;
    const answer = await get(path);
    if (!answer.ok) return answer;
    const parsed = pageOf(item).safeParse(answer.value.json);
    if (parsed.success) return done({ ...parsed.data, sourceNowMs: answer.value.sourceNowMs });
    const at = parsed.error.issues[0]?.path.map((part) => (typeof part === "number" ? "[]" : String(part))).join(".");
    const why = reason("peertubeAnswerUnexpected", { where: withoutQuery(path), path: at ?? "" });
    return failed({ code: "bad-answer", retry: true, reason: why });
  }

  /** Rows move between pages while they are turned: what comes twice is taken once. */
  async function all<T extends z.ZodType>(path: string, item: T, key: (one: z.infer<T>) => unknown, pagesMax: number) {
    const items = new Map<unknown, z.infer<T>>();
    let total = 0;
    let sourceNowMs: number | null = null;
    for (let at = 0; at < pagesMax; at++) {
      const answer = await page(`${path}&start=${at * PAGE_ITEMS}&count=${PAGE_ITEMS}`, item);
      if (!answer.ok) return answer;
      for (const one of answer.value.data) items.set(key(one), one);
      total = answer.value.total;
      sourceNowMs ??= answer.value.sourceNowMs;
      if (answer.value.data.length === 0 || (at + 1) * PAGE_ITEMS >= total) break;
    }
    return done({ items: [...items.values()], total, sourceNowMs });
  }

  return {
    runners: () => all("/api/v1/runners?sort=createdAt", RunnerItem, (one) => one.id, RUNNER_PAGES_MAX),
    async jobs(states, sort, pagesMax) {
      const asked = states.map((state) => `&stateOneOf=${state}`).join("");
      const path = `/api/v1/runners/jobs?sort=${sort}${asked}`;
      const list = await all(path, JobItem, (one) => one.uuid, pagesMax);
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

/** The types that may have jobs, those with the most finished ones first: the rest often need not be asked about. */
function typesOf(seen: readonly JobItem[], { previous }: ReadContext): readonly string[] {
  const before = previous?.queues ?? [];
  const finished = new Map(before.map((one) => [one.queue, (one.counts.done ?? 0) + (one.counts.failed ?? 0)]));
  const types = [...new Set([...before.map((one) => one.queue), ...seen.map((job) => job.type), ...TYPES])];
  return types.sort((a, b) => (finished.get(b) ?? 0) - (finished.get(a) ?? 0));
}

interface TypeCount extends PeertubeCountRow {
  /** When the one updated longest ago was, epoch ms. */
  readonly oldest_ms: number | null;
}

/** Jobs of one state by type: from the list where it is whole, else asked for: the types seen in it, and others until all are found. */
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
  const seen = new Set(list.items.map((job) => job.type));
  let left = list.total;
  for (const type of types) {
    if (left <= 0 && !seen.has(type)) continue;
    const answer = await api.total(state, type);
    if (!answer.ok) return answer;
    const { total, oldest } = answer.value;
    left -= total;
    if (total > 0) rows.push({ type, state, count: total, oldest_ms: oldest?.updatedAt ?? null });
  }
  return done(rows);
}

/** Orphans have waited longest, so they are on the first page; with more than it holds there are at least so many. */
function orphansOf(children: readonly JobItem[]): readonly OrphanRow[] {
  const left = children.filter(({ parent }) => parent !== null && ENDED.includes(parent.state.id));
  return [...Map.groupBy(left, ({ type }) => type)].map(([type, jobs]) => ({ type, count: jobs.length }));
}

/** Error texts of jobs that failed for good within the last day, as the tables are asked for. */
function errorsOf(errored: readonly JobItem[], sourceNowMs: number): readonly PeertubeErrorRow[] {
  return errored.flatMap(({ type, error, finishedAt }) =>
    error === null || finishedAt === null || finishedAt < sourceNowMs - DAY
      ? []
      : [{ type, text: error, count: 1, last_seen_ms: finishedAt }],
  );
}
