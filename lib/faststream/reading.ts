import { type MetricLine, metricLines, sumOf } from "@/lib/jobs/exporter";
import type { JobQueue, SourceReading } from "@/lib/jobs/job";
import { perMinute, type ReadContext } from "@/lib/jobs/source";
import { SECOND } from "@/lib/time/duration";

/** What a FastStream application says of itself. Counters are cumulative since it started; null is not told. */
export interface FastStreamFacts {
  readonly is: "faststream";
  readonly apps: readonly string[];
  readonly received: number | null;
  readonly processed: number | null;
  readonly inProcess: number | null;
  readonly published: number | null;
  readonly publishing: Publishing;
}

/**
 * `stalled` (inferred): it has published before, more messages are being handled than when it last did, for half a
 * minute, and none was published since. So it looks when a handler's publish waits for a channel that was closed
 * (FastStream before 0.5.0: one declarer for all brokers of a process), while its connection and its health check stay
 * well. Instants: epoch ms.
 */
export interface Publishing {
  readonly is: "stalled" | "moving" | "unknown";
  /** Since when it is so; of `stalled`, since handlers began to pile up. */
  readonly sinceMs: number;
  /** What was in process when `published` last moved, and since when it is more; null: nothing was ever published. */
  readonly last: { readonly inProcess: number; readonly risenMs: number | null } | null;
}

/** Two scrapes: one alone may just meet a handler at work. */
const STALLED_AFTER_MS = 30 * SECOND;

/** Names since FastStream 0.5 (`metrics_prefix` is "faststream" by default), the same in 0.7.8 (measured). */
const NAMES = {
  received: "received_messages_total",
  inProcess: "received_messages_in_process",
  processed: "received_processed_messages_total",
  exceptions: "received_processed_messages_exceptions_total",
  published: "published_messages_total",
} as const;

/** What one scrape says, beside what was known before. null: this is not FastStream's exporter. Pure. */
export function fastStreamReading(text: string, prefix: string, context: ReadContext): SourceReading | null {
  const { previous, nowMs } = context;
  const lines = metricLines(text, `${prefix}_`);
  const told = (name: keyof typeof NAMES) => sumOf(lines, `${prefix}_${NAMES[name]}`);
  const published = sumOf(
    lines.filter(({ labels }) => labels.status !== "error"),
    `${prefix}_${NAMES.published}`,
  );
  // Families without a line are written with their help alone: before the first message that is all there is.
  if (lines.length === 0 && !text.includes(`${prefix}_${NAMES.received.replace(/_total$/, "")}`)) return null;
  const facts = { received: told("received"), processed: told("processed"), inProcess: told("inProcess"), published };
  const before = previous?.application?.is === "faststream" ? previous.application : null;
  const application: FastStreamFacts = {
    is: "faststream",
    apps: [...new Set(lines.flatMap(({ labels }) => labels.app_name ?? []))].sort(),
    ...facts,
    publishing: follow(before, facts, nowMs),
  };
  const queues = queuesOf(lines, prefix, context);
  return {
    ...{ queues, runners: null, finishedTotal: facts.processed, generation: "FastStream", application },
    ...{ atMs: nowMs, clockAheadMs: 0, exactAgainMs: null, standby: null },
  };
}

type Counted = Pick<FastStreamFacts, "published" | "inProcess">;

/** (what was known, what is counted, now) → whether it publishes. Without a count of either, nothing can be said. */
function follow(before: FastStreamFacts | null, { published, inProcess }: Counted, nowMs: number): Publishing {
  const since = (is: Publishing["is"], otherwiseMs: number) =>
    before?.publishing.is === is ? before.publishing.sinceMs : otherwiseMs;
  if (published === null || inProcess === null || published === 0) {
    return { is: "unknown", sinceMs: since("unknown", nowMs), last: null };
  }
  const known = before?.published === published ? (before.publishing.last ?? null) : null;
  const least = Math.min(known?.inProcess ?? inProcess, inProcess);
  const risenMs = inProcess > least ? (known?.risenMs ?? nowMs) : null;
  const last = { inProcess: least, risenMs };
  if (risenMs !== null && nowMs - risenMs >= STALLED_AFTER_MS) return { is: "stalled", sinceMs: risenMs, last };
  return { is: "moving", sinceMs: since("moving", nowMs), last };
}

/** One queue for each handler, called `exchange.routing_key`; `default.` stands for the default exchange. */
function queuesOf(lines: readonly MetricLine[], prefix: string, { source, previous, nowMs }: ReadContext) {
  const handlers = [...new Set(lines.flatMap(({ labels }) => labels.handler ?? []))].sort();
  return handlers.map((handler): JobQueue => {
    const own = lines.filter(({ labels }) => labels.handler === handler);
    const told = (name: keyof typeof NAMES) => sumOf(own, `${prefix}_${NAMES[name]}`);
    const errors = own.filter(({ name }) => name === `${prefix}_${NAMES.exceptions}`);
    const only = handlers.length === 1 && previous !== null;
    const rate = only
      ? perMinute({ atMs: previous.atMs, total: previous.finishedTotal }, { atMs: nowMs, total: told("processed") })
      : null;
    return {
      ...{ source, kind: "faststream", queue: handler, countsAre: "exact" },
      counts: { queued: null, running: told("inProcess"), retry: null, failed: null, done: null },
      retry: { due: null, later: null },
      ...{ oldestDueSeconds: null, throughputPerMinute: rate, stuck: null, conflicts: null },
      errors: errors.map(({ labels, value }) => ({
        group: labels.exception_type ?? "",
        count: value,
        lastSeenMs: null,
      })),
    };
  });
}
