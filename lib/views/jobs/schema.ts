import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { ApplicationView } from "@/lib/views/applications/schema";
import { listOf } from "@/lib/views/list";

const Count = z.number().nullable();

export const SourceState = z.enum(["ok", "unreachable", "unauthorized", "timeout", "incompatible", "starting"]);

/** How a backlog goes on if it goes on as it does; `seconds` to its end only while it falls. */
const Drain = z.discriminatedUnion("is", [
  z.object({ is: z.literal("empty") }),
  z.object({ is: z.literal("draining"), seconds: z.number() }),
  z.object({ is: z.literal("growing") }),
  z.object({ is: z.literal("steady") }),
  z.object({ is: z.literal("unknown"), because: z.enum(["not-counted", "too-soon"]) }),
]);
export type DrainView = z.infer<typeof Drain>;

/** A level now, its change per minute over the last five, and what follows. */
const Forecast = z.object({ count: Count, perMinute: Count, drain: Drain });

/** An open alert on a queue, a source or a runner, with the name of its remedy in the catalogue of messages. */
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
  counts: z.object({ queued: Count, running: Count, retry: Count, failed: Count, done: Count }),
  countsAre: z.enum(["exact", "estimated"]),
  retry: z.object({ due: Count, later: Count }),
  oldestDueSeconds: Count,
  throughputPerMinute: Count,
  /** Samples of failed jobs, ids and numbers folded; `perMinute` over the last five. */
  errors: z.array(
    z.object({ group: z.string(), count: z.number(), lastSeenMs: z.number().nullable(), perMinute: Count }),
  ),
  stuck: Count,
  conflicts: Count,
  /** Jobs that wait for a parent that has ended. */
  orphans: Count,
  /** Rows a worker's pick has to look through: queued jobs and retries, due or not. */
  open: Count,
  /** Due retries; then all that waits and could run now, due retries included. */
  retries: Forecast,
  waiting: Forecast,
  /** For how long due retries have not become fewer; while fresh jobs were done; nobody has taken anything. */
  stalledSeconds: Count,
  starvedSeconds: Count,
  untakenSeconds: Count,
  /** Of a pipeline: for how long it has been connected without consuming, or without a connection. */
  unconsumedSeconds: Count,
  disconnectedSeconds: Count,
  /** Of a subscriber: for how long it has been held up by publishes. */
  publishSilentSeconds: Count,
  /** Updates of the source's table within the last minutes and rollbacks of its database; null: not measured. */
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

/** One source: can it be read, what it is, and what reading it costs its database. */
export const SourceView = z.object({
  source: z.string(),
  kind: z.string(),
  state: SourceState,
  stateSinceMs: z.number(),
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
  /** The schema generation recognised; null before the first reading. */
  generation: z.string().nullable(),
  queues: z.number(),
  runners: z.object({ present: z.number(), missing: z.number(), expected: z.number().nullable() }).nullable(),
  countsAre: z.enum(["exact", "estimated"]).nullable(),
  /** There may be more queues than are read. */
  cut: z.boolean(),
  /** The exact count was over budget and is not asked for again before this. */
  exactAgainMs: z.number().nullable(),
  /** How far the source's clock is ahead of ours, ms. */
  clockAheadMs: z.number().nullable(),
  /** Of a database that is a standby; null of a primary. `behindSeconds: null`: it cannot say. */
  standby: z.object({ behindSeconds: z.number().nullable() }).nullable(),
  lastPollMs: z.number().nullable(),
  pollDurationMs: z.number().nullable(),
  pollIntervalMs: z.number(),
  troubles: z.array(TroubleView),
});
export type SourceView = z.infer<typeof SourceView>;

/** A retry or delay queue of a broker, and the job queues it is one backlog with. */
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
  /** What an application says of itself; null for a table. */
  application: ApplicationView.nullable(),
});
export type SourcePage = z.infer<typeof SourcePage>;
