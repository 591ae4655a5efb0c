import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { ApplicationView } from "@/lib/views/applications/schema";
import { Drain } from "@/lib/views/drain";
import { listOf } from "@/lib/views/list";

const Count = z.number().nullable();

export const SourceState = z.enum(["ok", "unreachable", "unauthorized", "timeout", "incompatible", "starting"]);

/** The current level, its steady change per minute (null: not known yet), and the extrapolation. */
const Forecast = z.object({ count: Count, perMinute: Count, drain: Drain });

/** An open alert on a job queue, a source or a runner, with the message key of its remedy. */
export const TroubleView = z.object({
  rule: z.string(),
  severity: z.enum(["warning", "critical"]),
  sinceMs: z.number(),
  inferred: z.boolean(),
  remedy: z.string().nullable(),
});
export type TroubleView = z.infer<typeof TroubleView>;

export const JobsRow = z.object({
  source: z.string(),
  kind: z.string(),
  queue: z.string(),
  /** `queued` could run now; `scheduled` have a time that has not come. */
  counts: z.object({
    queued: Count,
    running: Count,
    retry: Count,
    failed: Count,
    done: Count,
    scheduled: Count,
  }),
  countsAre: z.enum(["exact", "estimated"]),
  retry: z.object({ due: Count, later: Count }),
  oldestDueSeconds: Count,
  throughputPerMinute: Count,
  /** Groups of sampled failures, without ids and numbers; `perMinute` as everywhere: steady, or null. */
  errors: z.array(
    z.object({ group: z.string(), count: z.number(), lastSeenMs: z.number().nullable(), perMinute: Count }),
  ),
  stuck: Count,
  conflicts: Count,
  /** Jobs that wait for a parent that has ended. */
  orphans: Count,
  /** Rows that the query of a worker has to scan: queued jobs and retries, due or not. */
  open: Count,
  /** Due retries, and all waiting jobs that could run now, due retries included. */
  retries: Forecast,
  waiting: Forecast,
  /** For how long due retries have not decreased; the same while new jobs finished; and for how long no job was picked up. */
  stalledSeconds: Count,
  starvedSeconds: Count,
  untakenSeconds: Count,
  /** For how long a pipeline has been connected without consuming, or without a connection. */
  unconsumedSeconds: Count,
  disconnectedSeconds: Count,
  /** For how long a subscriber has been blocked by its publishes. */
  publishSilentSeconds: Count,
  /** Updates of the table and rollbacks of the database in the last minutes; null: not measured. */
  rollbacks: z
    .object({ updates: z.number(), rollbacks: z.number(), spanSeconds: z.number(), loopSeconds: z.number() })
    .nullable(),
  cause: z.enum(["conflict", "not-taken", "starved", "one-error"]).nullable(),
  troubles: z.array(TroubleView),
  state: SourceState,
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
  lastPollMs: z.number().nullable(),
});
export type JobsRow = z.infer<typeof JobsRow>;

/** One source: whether it can be read, its kind, and the cost of reading it for its database. */
export const SourceView = z.object({
  source: z.string(),
  kind: z.string(),
  state: SourceState,
  stateSinceMs: z.number(),
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
  /** The schema generation that was recognised; null before the first reading. */
  generation: z.string().nullable(),
  /** The versions of the system that are read; null: it has none, or was not read yet. */
  versions: z.string().nullable(),
  /** What this schema cannot give, as that of an older version; the numbers concerned are null. */
  lacks: z.array(z.object({ because: z.string().nullable(), reason: ReasonSchema.nullable() })),
  /** Which jobs of this system are counted in no state, or where they are not expected; null: none, or not read yet. */
  omits: z.object({ because: z.string().nullable(), reason: ReasonSchema.nullable() }).nullable(),
  queues: z.number(),
  runners: z.object({ present: z.number(), missing: z.number(), expected: z.number().nullable() }).nullable(),
  countsAre: z.enum(["exact", "estimated"]).nullable(),
  /** Whether the source may have more queues than are read. */
  cut: z.boolean(),
  /** When the exact count is tried again, after it exceeded its budget. */
  exactAgainMs: z.number().nullable(),
  /** How far the clock of the source is ahead of ours, in ms. */
  clockAheadMs: z.number().nullable(),
  /** The replication lag of a standby, unknown if null; `standby` is null for a primary. */
  standby: z.object({ behindSeconds: z.number().nullable() }).nullable(),
  lastPollMs: z.number().nullable(),
  pollDurationMs: z.number().nullable(),
  pollIntervalMs: z.number(),
  troubles: z.array(TroubleView),
});
export type SourceView = z.infer<typeof SourceView>;

/** A retry or delay queue of a broker, and the job queues that form one backlog with it. */
export const BrokerRetryView = z.object({
  broker: z.string(),
  vhost: z.string(),
  queue: z.string(),
  into: z.string().nullable(),
  ready: Count,
  joined: z.array(z.object({ source: z.string(), queue: z.string() })),
});
export type BrokerRetryView = z.infer<typeof BrokerRetryView>;

export const JobsView = listOf(JobsRow).extend({
  total: z.number(),
  sources: z.array(SourceView),
  applications: z.array(ApplicationView),
  brokerRetries: z.array(BrokerRetryView),
});
export type JobsView = z.infer<typeof JobsView>;

export const SourcePage = z.object({
  asOfMs: z.number(),
  source: SourceView,
  rows: z.array(JobsRow),
  brokerRetries: z.array(BrokerRetryView),
  /** What an application reports; null for a job table. */
  application: ApplicationView.nullable(),
});
export type SourcePage = z.infer<typeof SourcePage>;
