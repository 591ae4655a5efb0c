import { type MetricSample, readSamples, sumSamples } from "@/lib/base/http/prometheus";
import type { ReadContext } from "@/lib/sources/jobs/adapter";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import { perMinute } from "@/lib/sources/jobs/reading";

/** What a FastStream application reports. Counters are cumulative since it started; null is not reported. */
export interface FastStreamFacts {
  readonly is: "faststream";
  readonly apps: readonly string[];
  readonly received: number | null;
  readonly processed: number | null;
  readonly inProcess: number | null;
  readonly published: number | null;
  /** Publishes that raised an exception. */
  readonly failed: number | null;
  /** The same by the name of the exception. */
  readonly publishExceptions: ReadonlyMap<string, number>;
  readonly subscribers: readonly SubscriberCounts[];
}

/** One handler, called `exchange.routing_key`; `default.` stands for the default exchange. */
interface SubscriberCounts {
  readonly handler: string;
  readonly received: number | null;
  readonly inProcess: number | null;
}

/** Names since FastStream 0.5 (`metrics_prefix` is "faststream" by default), the same in 0.7.8 (measured). */
const NAMES = {
  received: "received_messages_total",
  inProcess: "received_messages_in_process",
  processed: "received_processed_messages_total",
  exceptions: "received_processed_messages_exceptions_total",
  published: "published_messages_total",
  publishExceptions: "published_messages_exceptions_total",
} as const;

/** Maps one scrape to a reading. null: this is not FastStream's exporter. */
export function fastStreamReading(
  text: string,
  prefix: string,
  context: ReadContext,
): SourceReading<FastStreamFacts> | null {
  const { nowMs } = context;
  const lines = readSamples(text, `${prefix}_`);
  const sum = (name: keyof typeof NAMES) => sumSamples(lines, `${prefix}_${NAMES[name]}`);
  const publishedWith = (isFailed: boolean) =>
    sumSamples(
      lines.filter(({ labels }) => (labels.status === "error") === isFailed),
      `${prefix}_${NAMES.published}`,
    );
  // Families without a sample are written with their help text alone: before the first message there is nothing else.
  if (lines.length === 0 && !text.includes(`${prefix}_${NAMES.received.replace(/_total$/, "")}`)) return null;
  const processed = sum("processed");
  const application: FastStreamFacts = {
    is: "faststream",
    apps: [...new Set(lines.flatMap(({ labels }) => labels.app_name ?? []))].sort(),
    received: sum("received"),
    processed,
    inProcess: sum("inProcess"),
    published: publishedWith(false),
    failed: publishedWith(true),
    publishExceptions: exceptionsOf(lines, `${prefix}_${NAMES.publishExceptions}`),
    subscribers: handlersOf(lines).map((handler) => {
      const own = lines.filter(({ labels }) => labels.handler === handler);
      const counted = (name: keyof typeof NAMES) => sumSamples(own, `${prefix}_${NAMES[name]}`);
      return { handler, received: counted("received"), inProcess: counted("inProcess") };
    }),
  };
  const queues = queuesOf(lines, prefix, context);
  return {
    queues,
    runners: null,
    finishedTotal: processed,
    generation: "FastStream",
    application,
    atMs: nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    standby: null,
  };
}

/** Exceptions that an application may have names for; the rest adds nothing to the first ones. */
const EXCEPTIONS_MAX = 50;

function exceptionsOf(lines: readonly MetricSample[], name: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name: family, labels, value } of lines) {
    const exception = labels.exception_type;
    if (family !== name || exception === undefined) continue;
    if (counts.has(exception) || counts.size < EXCEPTIONS_MAX) {
      counts.set(exception, (counts.get(exception) ?? 0) + value);
    }
  }
  return counts;
}

const handlersOf = (lines: readonly MetricSample[]): readonly string[] =>
  [...new Set(lines.flatMap(({ labels }) => labels.handler ?? []))].sort();

/** One queue for each handler. */
function queuesOf(lines: readonly MetricSample[], prefix: string, { source, previous, nowMs }: ReadContext) {
  const handlers = handlersOf(lines);
  return handlers.map((handler): JobQueue => {
    const own = lines.filter(({ labels }) => labels.handler === handler);
    const sum = (name: keyof typeof NAMES) => sumSamples(own, `${prefix}_${NAMES[name]}`);
    const errors = own.filter(({ name }) => name === `${prefix}_${NAMES.exceptions}`);
    const only = handlers.length === 1 && previous !== null;
    const rate = only
      ? perMinute({ atMs: previous.atMs, total: previous.finishedTotal }, { atMs: nowMs, total: sum("processed") })
      : null;
    return {
      source,
      kind: "faststream",
      queue: handler,
      countsAre: "exact",
      counts: { queued: null, running: sum("inProcess"), retry: null, failed: null, done: null, scheduled: null },
      retry: { due: null, later: null },
      oldestDueSeconds: null,
      throughputPerMinute: rate,
      stuck: null,
      conflicts: null,
      errors: errors.map(({ labels, value }) => ({
        group: labels.exception_type ?? "",
        count: value,
        lastSeenMs: null,
      })),
    };
  });
}
