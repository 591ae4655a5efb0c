import { z } from "zod";
import type { Query, RunQuery } from "@/lib/sources/jobs/adapter";

/**
 * The statements on PeerTube's `runner` and `"runnerJob"` (quoted camelCase names). Tokens and payloads are never
 * selected. States, from PeerTube's models: 1 pending, 2 processing, 3 completed, 4 errored, 5 waiting for its parent,
 * 6 cancelled, 7 parent errored, 8 parent cancelled, 9 completing.
 */
export const PENDING = 1;
export const PROCESSING = 2;
export const COMPLETED = 3;
export const ERRORED = 4;
export const WAITING_FOR_PARENT = 5;
/**
 * A parent in one of these states has ended. It releases its children when it ends, so a child still waiting waits for
 * ever.
 */
export const ENDED: readonly number[] = [COMPLETED, ERRORED, 6, 7, 8];
export const COMPLETING = 9;

/** PeerTube itself lists at most a hundred runners a page; ten pages are more than any instance has. */
const RUNNERS_MAX = 1_000;
/** Jobs running at one moment: runners times their slots, with a margin. */
const ACTIVE_MAX = 2_000;
/** Errored jobs of the last day that are read for error groups. */
const ERRORS_MAX = 1_000;
/** Distinct raw error texts that are returned for grouping. */
const ERROR_TEXTS_MAX = 200;

const RunnerRow = z.object({ id: z.number(), name: z.string(), last_contact_ms: z.number().nullable() });
export type RunnerRow = z.infer<typeof RunnerRow>;
const CountRow = z.object({ type: z.string(), state: z.number(), count: z.number() });
export type PeertubeCountRow = z.infer<typeof CountRow>;
const WaitingRow = z.object({
  type: z.string(),
  count: z.number(),
  oldest_ms: z.number().nullable(),
  /** Of the newest one that is overdue. */
  overdue_ms: z.number().nullable(),
});
export type WaitingRow = z.infer<typeof WaitingRow>;
const OrphanRow = z.object({ type: z.string(), count: z.number() });
export type OrphanRow = z.infer<typeof OrphanRow>;
const ActiveRow = z.object({
  uuid: z.string(),
  type: z.string(),
  state: z.number(),
  progress: z.number().nullable(),
  failures: z.number().nullable(),
  runner_id: z.number().nullable(),
  started_ms: z.number().nullable(),
  updated_ms: z.number().nullable(),
});
export type ActiveRow = z.infer<typeof ActiveRow>;
const ReleasedRow = z.object({ uuid: z.string(), updated_ms: z.number() });
export type ReleasedRow = z.infer<typeof ReleasedRow>;
const ErrorRow = z.object({
  type: z.string(),
  text: z.string(),
  count: z.number(),
  last_seen_ms: z.number().nullable(),
});
export type PeertubeErrorRow = z.infer<typeof ErrorRow>;

async function rows<T>(runQuery: RunQuery, row: z.ZodType<T>, query: Query): Promise<readonly T[]> {
  return z.array(row).parse(await runQuery(query));
}

export const runners = (runQuery: RunQuery) =>
  rows(runQuery, RunnerRow, {
    name: "runners",
    text: `
SELECT id::float8 AS id, name, (extract(epoch FROM "lastContact") * 1000)::float8 AS last_contact_ms
FROM runner ORDER BY name LIMIT ${RUNNERS_MAX}`,
  });

/** Exact rows by type and state: one pass over the table, which has no index on state. */
export const exactCounts = (runQuery: RunQuery) =>
  rows(runQuery, CountRow, {
    name: "counts",
    text: `SELECT type, state::float8 AS state, count(*)::float8 AS count FROM "runnerJob" GROUP BY type, state`,
  });

/** Rows by type and state in a share of the pages, not scaled up. */
export const sampledCounts = (runQuery: RunQuery, percent: number) =>
  rows(runQuery, CountRow, {
    name: "sample",
    text: `
SELECT type, state::float8 AS state, count(*)::float8 AS count
FROM "runnerJob" TABLESAMPLE SYSTEM ($1::real) GROUP BY type, state`,
    values: [percent],
  });

/**
 * Pending jobs by type. updatedAt of a pending row is when it last became pending: after its creation, or after it was
 * reclaimed. A job is overdue if it became pending before `overdueBeforeMs`, on the source's clock.
 */
export const waiting = (runQuery: RunQuery, overdueBeforeMs: number) =>
  rows(runQuery, WaitingRow, {
    name: "waiting",
    text: `
SELECT type, count(*)::float8 AS count, (extract(epoch FROM min("updatedAt")) * 1000)::float8 AS oldest_ms,
       (extract(epoch FROM max("updatedAt") FILTER (WHERE "updatedAt" < to_timestamp($1::float8))) * 1000)::float8 AS overdue_ms
FROM "runnerJob" WHERE state = ${PENDING} GROUP BY type`,
    values: [overdueBeforeMs / 1_000],
  });

/** Those of the jobs that are pending again or have failed. */
export const released = (runQuery: RunQuery, uuids: readonly string[]) =>
  rows(runQuery, ReleasedRow, {
    name: "released",
    text: `
SELECT uuid::text AS uuid, (extract(epoch FROM "updatedAt") * 1000)::float8 AS updated_ms
FROM "runnerJob" WHERE uuid::text = ANY($1::text[]) AND state IN (${PENDING}, ${ERRORED})`,
    values: [uuids.slice(0, ACTIVE_MAX)],
  });

export const active = (runQuery: RunQuery) =>
  rows(runQuery, ActiveRow, {
    name: "active",
    text: `
SELECT uuid::text AS uuid, type, state::float8 AS state, progress::float8 AS progress, failures::float8 AS failures,
       "runnerId"::float8 AS runner_id,
       (extract(epoch FROM "startedAt") * 1000)::float8 AS started_ms,
       (extract(epoch FROM "updatedAt") * 1000)::float8 AS updated_ms
FROM "runnerJob" WHERE state IN (${PROCESSING}, ${COMPLETING}) ORDER BY "updatedAt" LIMIT ${ACTIVE_MAX}`,
  });

/** Children that still wait although their parent has ended. */
export const orphans = (runQuery: RunQuery) =>
  rows(runQuery, OrphanRow, {
    name: "orphans",
    text: `
SELECT c.type, count(*)::float8 AS count
FROM "runnerJob" c JOIN "runnerJob" p ON p.id = c."dependsOnRunnerJobId"
WHERE c.state = ${WAITING_FOR_PARENT} AND p.state IN (${ENDED.join(", ")}) GROUP BY c.type`,
    cooldown: true,
  });

/**
 * Error texts of jobs that failed permanently within the last day; numbers and ids are already replaced, so that few
 * remain.
 */
export const errorTexts = (runQuery: RunQuery) =>
  rows(runQuery, ErrorRow, {
    name: "errors",
    text: `
SELECT s.type, regexp_replace(left(s.error, 300), '([0-9a-f]{4,12}-){4}[0-9a-f]{12}|[0-9a-f]{8,}|[0-9]+', '#', 'gi') AS text,
       count(*)::float8 AS count, (extract(epoch FROM max(s."finishedAt")) * 1000)::float8 AS last_seen_ms
FROM (SELECT type, error, "finishedAt" FROM "runnerJob"
      WHERE state = ${ERRORED} AND "finishedAt" > now() - interval '1 day' LIMIT ${ERRORS_MAX}) s
WHERE s.error IS NOT NULL
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${ERROR_TEXTS_MAX}`,
  });
