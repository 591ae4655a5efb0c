import { runner } from "@/components/gallery/factories";
import { reason } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { UNFOLLOWED } from "@/lib/sources/jobs/signals";
import { withBecause } from "@/lib/views/because";
import type { JobsRow, JobsView, SourcePage, SourceView } from "@/lib/views/jobs/schema";
import type { RunnersView, RunnerView } from "@/lib/views/runners/schema";

/** The pages must stay readable with this many rows. */
const MANY = 200;

const jobsRow = (nowMs: number, of: Partial<JobsRow> = {}): JobsRow => ({
  ...{ source: "app", kind: "river", queue: "default", countsAre: "exact" },
  counts: { queued: 12, running: 3, retry: 0, failed: 2, done: 48_210, scheduled: 0 },
  retry: { due: 0, later: 4 },
  ...{ oldestDueSeconds: 3, throughputPerMinute: 240, errors: [], stuck: 0, conflicts: null, orphans: null, open: 16 },
  retries: { count: 0, perMinute: 0, drain: { is: "empty" } },
  waiting: { count: 12, perMinute: -6, drain: { is: "draining", seconds: 120 } },
  ...{
    ...UNFOLLOWED,
    stalledSeconds: 0,
    starvedSeconds: 0,
    untakenSeconds: 0,
    rollbacks: null,
    cause: null,
    troubles: [],
  },
  ...{ state: "ok", because: null, reason: null, lastPollMs: nowMs - 4 * SECOND },
  ...of,
});

const source = (nowMs: number, of: Partial<SourceView> = {}): SourceView => ({
  ...{
    source: "app",
    kind: "river",
    state: "ok",
    stateSinceMs: nowMs - 9 * HOUR,
    because: null,
    reason: null,
    generation: "migration 8",
    versions: "0.0.1–0.51 (migrations 2–8)",
    lacks: [],
    omits: withBecause(reason("omitsRiver", {})),
  },
  ...{
    queues: MANY,
    runners: null,
    countsAre: "exact",
    cut: false,
    exactAgainMs: null,
    clockAheadMs: 0,
    standby: null,
  },
  ...{ lastPollMs: nowMs - 4 * SECOND, pollDurationMs: 38, pollIntervalMs: 15_000, troubles: [] },
  ...of,
});

/** Retries that always violate a unique index, so that the backlog cannot drain. */
const conflict = (nowMs: number): JobsRow =>
  jobsRow(nowMs, {
    ...{ source: "bitmagnet", kind: "bitmagnet", queue: "process_torrent", oldestDueSeconds: 8_200 },
    counts: { queued: 181_220, running: 0, retry: 12_431, failed: 310, done: 2_204_117, scheduled: 0 },
    retry: { due: 12_431, later: 1_204 },
    ...{ throughputPerMinute: 0, conflicts: 118, stalledSeconds: 1_320, untakenSeconds: 900, cause: "conflict" },
    rollbacks: { updates: 10, rollbacks: 10, spanSeconds: 300, loopSeconds: 1_290 },
    retries: { count: 12_431, perMinute: 120, drain: { is: "growing" } },
    waiting: { count: 193_651, perMinute: 900, drain: { is: "growing" } },
    errors: [
      { group: "tmdb: # Too Many Requests", count: 4_120, lastSeenMs: nowMs - 12 * SECOND, perMinute: 34 },
      {
        group: 'duplicate key value violates "queue_jobs_fingerprint_status_idx"',
        count: 310,
        lastSeenMs: nowMs,
        perMinute: 2,
      },
      { group: "context deadline exceeded", count: 88, lastSeenMs: nowMs - 3 * HOUR, perMinute: 0 },
    ],
    troubles: [
      {
        ...{ rule: "retry-conflict-loop", severity: "critical", sinceMs: nowMs - 22 * MINUTE, inferred: true },
        remedy: "bitmagnetConflict",
      },
    ],
  });

/** Two hundred queues: three are in trouble, and one belongs to a source that cannot be read. */
export function manyQueues(nowMs: number): JobsView {
  const calm = Array.from({ length: MANY - 4 }, (_, at) =>
    jobsRow(nowMs, {
      queue: `tenant-${at + 1}-notifications`,
      waiting: { count: at % 17, perMinute: 0, drain: at % 17 === 0 ? { is: "empty" } : { is: "steady" } },
      countsAre: at % 9 === 0 ? "estimated" : "exact",
    }),
  );
  const notPickedUp = jobsRow(nowMs, {
    ...{ source: "videos", kind: "peertube", queue: "vod-web-video-transcoding", oldestDueSeconds: 700 },
    counts: { queued: 31, running: 0, retry: null, failed: 0, done: 900, scheduled: 0 },
    retry: { due: null, later: null },
    retries: { count: null, perMinute: null, drain: { is: "unknown", because: "not-counted" } },
    waiting: { count: 31, perMinute: 0, drain: { is: "steady" } },
    ...{ stalledSeconds: null, untakenSeconds: 640, cause: "not-taken" },
    troubles: [
      {
        ...{ rule: "jobs-not-taken", severity: "critical", sinceMs: nowMs - 5 * MINUTE, inferred: true },
        remedy: "peertubeNotTaken",
      },
    ],
  });
  const orphaned = jobsRow(nowMs, {
    ...{ queue: "exports", stuck: 3 },
    troubles: [
      {
        ...{ rule: "jobs-orphaned", severity: "warning", sinceMs: nowMs - HOUR, inferred: true },
        remedy: "riverOrphaned",
      },
    ],
  });
  const denied = withBecause(
    reason("grantMissing", { user: "lastbeat", statement: "GRANT SELECT ON jobs TO lastbeat;" }),
  );
  const blind = jobsRow(nowMs, {
    ...{ source: "shop", kind: "laravel", queue: "default", state: "unauthorized", ...denied },
    ...{ lastPollMs: nowMs - 40 * MINUTE, troubles: [] },
  });
  const items = [conflict(nowMs), notPickedUp, blind, orphaned, ...calm];
  return {
    ...{ asOfMs: nowMs, items, next: null, total: items.length },
    sources: [
      source(nowMs),
      source(nowMs, {
        ...{ source: "bitmagnet", kind: "bitmagnet", generation: "0.9", queues: 1, countsAre: "estimated" },
        ...{ exactAgainMs: nowMs + 8 * MINUTE, pollDurationMs: 912 },
      }),
      source(nowMs, {
        ...{ source: "videos", kind: "peertube", generation: "8", queues: 1 },
        runners: { present: 188, missing: 4, expected: 200 },
      }),
      source(nowMs, { source: "shop", kind: "laravel", state: "unauthorized", ...denied, countsAre: null, queues: 1 }),
    ],
    applications: [],
    brokerRetries: [
      {
        broker: "main",
        vhost: "/",
        queue: "torrents.retry",
        into: "torrents",
        ready: 804,
        joined: [{ source: "bitmagnet", queue: "process_torrent" }],
      },
      { broker: "main", vhost: "/", queue: "mail.retry", into: "mail", ready: 12, joined: [] },
    ],
  };
}

export function oneSource(nowMs: number): SourcePage {
  const { sources, brokerRetries } = manyQueues(nowMs);
  const bitmagnet = sources.find((one) => one.source === "bitmagnet") ?? source(nowMs);
  return {
    asOfMs: nowMs,
    source: bitmagnet,
    rows: [conflict(nowMs)],
    brokerRetries: brokerRetries.slice(0, 1),
    application: null,
  };
}

/** A Laravel application without the table of failed jobs. */
export function oneOlderSource(nowMs: number): SourcePage {
  const shop = { source: "shop", kind: "laravel" };
  const lacks = [withBecause(reason("lacksFailedJobs", { name: "failed_jobs" }))];
  return {
    asOfMs: nowMs,
    source: source(nowMs, { ...shop, generation: "12-13", queues: 1, lacks }),
    rows: [
      jobsRow(nowMs, { ...shop, counts: { queued: 12, running: 3, retry: 0, failed: null, done: null, scheduled: 0 } }),
    ],
    brokerRetries: [],
    application: null,
  };
}

/** RoadRunner with a pipeline that reconnected without its consumer, a healthy pipeline, and an invalid .rr.yaml. */
export function oneRoadRunner(nowMs: number): SourcePage {
  const client = {
    broker: "main",
    id: "c1",
    name: "10.0.3.7@mails",
    displayName: "10.0.3.7@mails",
    inferred: true,
    joinedBy: "tag",
    connected: true,
  } as const;
  const queue = { consuming: true, consumers: 2, ready: 0, unacked: 3, zombie: false };
  const deaf = { ...queue, consuming: false, consumers: 0, ready: 4_210, unacked: 0, zombie: true };
  const php = { source: "php", kind: "roadrunner" };
  return {
    asOfMs: nowMs,
    source: source(nowMs, { ...php, generation: "RoadRunner", queues: 2 }),
    rows: [
      jobsRow(nowMs, {
        ...{ ...php, queue: "mails", unconsumedSeconds: 340 },
        troubles: [
          {
            ...{ rule: "pipeline-not-consuming", severity: "critical", sinceMs: nowMs - 5 * MINUTE, inferred: true },
            remedy: "roadrunnerNotConsuming",
          },
        ],
      }),
    ],
    brokerRetries: [],
    application: {
      ...{ is: "roadrunner", source: "php", asOfMs: nowMs, goneSinceMs: null, saturated: false, alive: true },
      answer: { is: "fine", sinceMs: nowMs - HOUR, durationMs: 12 },
      workers: { ready: 9, working: 1, total: 10 },
      config: {
        ...{ is: "read", changedMs: nowMs - 3 * HOUR },
        findings: [
          {
            ...{
              id: "RR06",
              severity: "error",
              line: 14,
              column: 9,
              path: "jobs.pipelines.mails.config.redial_timeout",
            },
            message: "redial_timeout is a whole number of seconds; 300s cannot be read.",
            text: { key: "RR06type", values: { value: "300s" } },
            fix: "jobs:\n  pipelines:\n    mails:\n      config:\n        redial_timeout: 300\n",
          },
        ],
      },
      pipelines: [
        { pipeline: "mails", queue: "mails", client, ...deaf },
        { pipeline: "reports", queue: "reports", client: { ...client, joinedBy: "queue" }, ...queue },
      ],
    },
  };
}

/** A FastStream application whose publish calls never return. */
export function oneFastStream(nowMs: number): SourcePage {
  const py = { source: "orders-py", kind: "faststream" };
  return {
    asOfMs: nowMs,
    source: source(nowMs, { ...py, generation: "FastStream", queues: 1 }),
    rows: [jobsRow(nowMs, { ...py, queue: "default.orders", publishSilentSeconds: 410 })],
    brokerRetries: [],
    application: {
      ...{ is: "faststream", source: "orders-py", asOfMs: nowMs, goneSinceMs: null, apps: ["orders"] },
      ...{ received: 9_210, processed: 9_201, inProcess: 9, published: 8_800, failed: 0 },
      publishFailing: null,
      publishing: { is: "stalled", sinceMs: nowMs - 7 * MINUTE },
      subscribers: [
        {
          ...{ handler: "default.orders", received: 9_210, inProcess: 9 },
          ...{ queue: "orders", consumers: 1, ready: 412, unacked: 10 },
        },
      ],
      client: null,
    },
  };
}

const nothing = { jobsRunning: 0, holding: [], limitSeconds: null };

/** Two hundred runners, with every state represented. */
export function manyRunners(nowMs: number): RunnersView {
  const trouble = (rule: string, remedy: string, severity: "warning" | "critical") => [
    { rule, severity, sinceMs: nowMs - 6 * MINUTE, inferred: false, remedy },
  ];
  const troubled: RunnerView[] = [
    runner(nowMs, {
      ...{ name: "gpu-2", state: "silent", because: "no-contact-with-work", silenceSeconds: 372, jobsRunning: 2 },
      troubles: trouble("runner-silent", "peertubeSilent", "critical"),
    }),
    runner(nowMs, {
      ...{ name: "gpu-1", state: "stuck", because: "progress-unchanged" },
      troubles: trouble("runner-stuck", "peertubeProgress", "critical"),
    }),
    runner(nowMs, {
      ...{ name: "cpu-7", state: "missing", because: "gone-with-work", silenceSeconds: 7_500, limitSeconds: null },
      ...{ missingSinceMs: nowMs - 2 * HOUR, jobsRunning: 3, holding: [] },
      troubles: trouble("runner-missing", "peertubeMissing", "warning"),
    }),
    runner(nowMs, {
      ...{ name: "cpu-3", state: "deaf", because: "work-waits-unasked", silenceSeconds: 900, ...nothing },
      troubles: trouble("runner-deaf", "peertubeDeaf", "warning"),
    }),
    runner(nowMs, { name: "live-1", state: "late", because: "update-overdue", silenceSeconds: 48, limitSeconds: 60 }),
    runner(nowMs, { name: "new", state: "unknown", because: "never-in-contact", silenceSeconds: null, ...nothing }),
  ];
  const calm = Array.from({ length: MANY - troubled.length - 1 }, (_, at) =>
    at % 3 === 0
      ? runner(nowMs, {
          name: `spare-${at}`,
          state: "idle",
          because: "nothing-to-do",
          silenceSeconds: 7_300 + at,
          ...nothing,
        })
      : runner(nowMs, { name: `worker-${at}`, silenceSeconds: at % 100 }),
  );
  const departed = runner(nowMs, {
    ...{ name: "deploy-41", state: "missing", because: "gone-idle", silenceSeconds: 40_000, ...nothing },
    missingSinceMs: nowMs - 11 * HOUR,
  });
  const items = [...troubled, ...calm, departed];
  const sources = [{ source: "videos", present: items.length - 4, missing: 2, expected: items.length }];
  return { asOfMs: nowMs, items, next: null, total: items.length, sources };
}
