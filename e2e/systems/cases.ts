import { type Driver, debian, go, npm, python } from "./libraries.ts";

/** One version of one system: its real library makes the schema and the jobs. */
export interface SystemCase {
  readonly kind: "pg-boss" | "graphile-worker" | "river" | "procrastinate" | "laravel" | "django-q2";
  readonly version: string;
  /** Installs the library. Throws if it is not to be had. */
  readonly driver: () => Driver;
  /** Rows that the library of today cannot insert into a schema of the past. */
  readonly rows?: string;
  /** A row for each queue with the columns of `Counted`, in the terms of the system's own statements. */
  readonly counted: string;
}

/** null: this system has no such state, or nothing says which jobs are in it. */
export interface Counted {
  readonly queue: string;
  readonly queued: number | null;
  readonly scheduled: number | null;
  readonly running: number | null;
  readonly retry_due: number | null;
  readonly retry_later: number | null;
  readonly failed: number | null;
  readonly done: number | null;
}

/** Systems whose library no registry in use here gives; their schemas are transcribed, and tested in `lib/sources/adapters`. */
export const NOT_TO_BE_HAD: readonly (readonly [system: string, why: string])[] = [
  ["Oban", "a package of Hex"],
  ["GoodJob", "a gem; Debian has no package of it"],
  ["Solid Queue", "a gem; Debian has no package of it"],
  ["Hangfire.PostgreSql", "a package of NuGet"],
  ["Bitmagnet", "a program, not a library of a registry"],
  ["Kyoo", "a program, not a library of a registry"],
  ["PeerTube", "a program, not a library of a registry"],
];

/** Counts of the states of a column, by queue. */
const count = (columns: Readonly<Record<keyof Omit<Counted, "queue">, string | null>>, queue: string, from: string) => `
SELECT ${queue} AS queue, ${Object.entries(columns)
  .map(([name, where]) =>
    where === null ? `NULL::int AS ${name}` : `count(*) FILTER (WHERE ${where})::int AS ${name}`,
  )
  .join(", ")}
FROM ${from} GROUP BY 1 ORDER BY 1`;

/** As `fetchNextJob` of pg-boss: `state < 'active' AND start_after < now()`. */
const PG_BOSS = count(
  {
    queued: "state = 'created' AND start_after <= now()",
    scheduled: "state = 'created' AND start_after > now()",
    running: "state = 'active'",
    retry_due: "state = 'retry' AND start_after <= now()",
    retry_later: "state = 'retry' AND start_after > now()",
    failed: "state = 'failed'",
    done: "state = 'completed'",
  },
  "name",
  "pgboss.job",
);

/** As `get_job` of Graphile Worker: `is_available AND run_at <= now()`, where available is unlocked with attempts left. */
const GRAPHILE_WORKER = count(
  {
    queued: "locked_at IS NULL AND attempts = 0 AND run_at <= now()",
    scheduled: "locked_at IS NULL AND attempts = 0 AND run_at > now()",
    running: "locked_at IS NOT NULL",
    retry_due: "locked_at IS NULL AND attempts BETWEEN 1 AND max_attempts - 1 AND run_at <= now()",
    retry_later: "locked_at IS NULL AND attempts BETWEEN 1 AND max_attempts - 1 AND run_at > now()",
    failed: "locked_at IS NULL AND attempts = max_attempts",
    done: null,
  },
  "task_identifier",
  "graphile_worker.jobs",
);

const RIVER = count(
  {
    queued: "state = 'available' OR state::text = 'pending' OR (state = 'scheduled' AND scheduled_at <= now())",
    scheduled: "state = 'scheduled' AND scheduled_at > now()",
    running: "state = 'running'",
    retry_due: "state = 'retryable' AND scheduled_at <= now()",
    retry_later: "state = 'retryable' AND scheduled_at > now()",
    failed: "state = 'discarded'",
    done: "state = 'completed'",
  },
  "queue",
  "river_job",
);

/** As `procrastinate_fetch_job`: `status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())`. */
const PROCRASTINATE = count(
  {
    queued: "status = 'todo' AND attempts = 0 AND (scheduled_at IS NULL OR scheduled_at <= now())",
    scheduled: "status = 'todo' AND attempts = 0 AND scheduled_at > now()",
    running: "status = 'doing'",
    retry_due: "status = 'todo' AND attempts > 0 AND (scheduled_at IS NULL OR scheduled_at <= now())",
    retry_later: "status = 'todo' AND attempts > 0 AND scheduled_at > now()",
    failed: "status = 'failed'",
    done: "status = 'succeeded'",
  },
  "queue_name",
  "procrastinate_jobs",
);

/** As `DatabaseQueue::getNextAvailableJob` of Laravel: `reserved_at IS NULL AND available_at <= now`. */
const NOW = "extract(epoch FROM now())";
const LARAVEL = count(
  {
    queued: `NOT failed AND reserved_at IS NULL AND attempts = 0 AND available_at <= ${NOW}`,
    scheduled: `NOT failed AND reserved_at IS NULL AND attempts = 0 AND available_at > ${NOW}`,
    running: "NOT failed AND reserved_at IS NOT NULL",
    retry_due: `NOT failed AND reserved_at IS NULL AND attempts > 0 AND available_at <= ${NOW}`,
    retry_later: `NOT failed AND reserved_at IS NULL AND attempts > 0 AND available_at > ${NOW}`,
    failed: "failed",
    done: null,
  },
  "queue",
  `(SELECT queue, attempts, reserved_at, available_at, false AS failed FROM jobs
    UNION ALL SELECT queue, NULL, NULL, NULL, true FROM failed_jobs) jobs`,
);

/** As `queue_size` of Django-Q2's ORM broker: `lock <= now()`. */
const DJANGO_Q2 = count(
  {
    queued: "success IS NULL AND lock <= now()",
    // Only tasks under a lease have a later time, and whether they run is not known.
    scheduled: "false",
    running: null,
    retry_due: null,
    retry_later: null,
    failed: "NOT success",
    done: "success",
  },
  "queue",
  `(SELECT key AS queue, lock, NULL::boolean AS success FROM django_q_ormq
    UNION ALL SELECT coalesce(to_jsonb(t) ->> 'cluster', 'default'), NULL, success FROM django_q_task t) tasks`,
);

/** Before migration 17 a lock does not say whether a task waits: all unfinished ones are counted as queued. */
const DJANGO_Q2_BEFORE_17 = DJANGO_Q2.replace("success IS NULL AND lock <= now()", "success IS NULL");

const RIVER_ROWS = ["available", "scheduled", "running", "retryable", "discarded", "completed", "cancelled"]
  .map(
    (state, n) => `
INSERT INTO river_job (state, kind, queue, args, max_attempts, scheduled_at, finalized_at, attempted_at)
SELECT '${state}', 'mail', 'mail', '{"secret": "s3cret"}', 25,
       now() + interval '${["scheduled", "retryable"].includes(state) ? 1 : -1} hour',
       ${n < 4 ? "NULL" : "now()"}, ${n < 2 ? "NULL" : "now()"} FROM generate_series(1, ${n + 1})`,
  )
  .join(";");

export const CASES: readonly SystemCase[] = [
  ...["10", "11", "12"].map((version) => ({
    kind: "pg-boss" as const,
    version,
    driver: () => npm("pg-boss", version, "pg-boss.mjs"),
    counted: PG_BOSS,
  })),
  ...["0.13.0", "0.16.6", "0.17.3", "0.18.0"].map((version) => ({
    kind: "graphile-worker" as const,
    version,
    driver: () => npm("graphile-worker", version, "graphile-worker.mjs"),
    counted: GRAPHILE_WORKER,
  })),
  ...["2", "3", "4", "5", "6", "7"].map((migration) => ({
    kind: "river" as const,
    version: `migration ${migration}`,
    driver: () => go("river", migration),
    rows: RIVER_ROWS,
    counted: RIVER,
  })),
  { kind: "river", version: "0.51.2, migration 8", driver: () => go("river"), counted: RIVER },
  ...["0.20.0", "1.1.2", "2.15.1", "3.1.0", "3.10.0"].map((version) => ({
    kind: "procrastinate" as const,
    version,
    driver: () => python([`procrastinate==${version}`, "psycopg[binary]"], "procrastinate_jobs.py"),
    counted: PROCRASTINATE,
  })),
  ...[
    ["1.4.0", "4.2"],
    ["1.5.5", "4.2"],
    ["1.11.1", "5.2"],
  ].map(([version = "", django = ""]) => ({
    kind: "django-q2" as const,
    version,
    driver: () =>
      python([`django-q2==${version}`, `django~=${django}.0`, "psycopg2-binary", "setuptools<80"], "django_q2_jobs.py"),
    counted: version === "1.4.0" ? DJANGO_Q2_BEFORE_17 : DJANGO_Q2,
  })),
  {
    kind: "laravel",
    version: "8.83",
    driver: () => debian(["php-cli", "php-pgsql", "php-laravel-framework"], "php", "laravel.php"),
    counted: LARAVEL,
  },
];
