import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { rolesOf } from "@/lib/rabbitmq/queues/roles";
import { joinedTo } from "@/lib/sources/jobs/joins";
import { readApplication, readApplications } from "@/lib/views/applications/read";
import { readJobs, sourceView } from "@/lib/views/jobs/read-rows";
import type { BrokerRetryView, JobsView, SourcePage } from "@/lib/views/jobs/schema";

/** Retry queues that a page lists: the fullest ones. */
const BROKER_RETRIES_MAX = 200;

interface JobsContext extends Pick<Runtime, "brokers" | "config" | "scopes" | "sources"> {}

/** The data of `/jobs`: every job queue of every source, the cost of reading them, and the retry queues of the brokers. */
export function listJobs(
  live: JobsContext,
  nowMs: number,
): Omit<JobsView, "asOfMs" | "items" | "next"> & { rows: JobsView["items"] } {
  const rows = readJobs(live, nowMs);
  const sources = [...live.sources.values()].map((memory) => sourceView(live, memory, nowMs));
  return {
    rows,
    total: rows.length,
    sources,
    applications: readApplications(live),
    brokerRetries: brokerRetries(live),
  };
}

/** One source with its job queues and the retry queues that are joined with them; null if there is no such source. */
export function readSource(live: JobsContext, source: string, nowMs: number): SourcePage | null {
  const memory = live.sources.get(source);
  if (memory === undefined) return null;
  return {
    asOfMs: nowMs,
    source: sourceView(live, memory, nowMs),
    rows: readJobs(live, nowMs).filter((row) => row.source === source),
    application: readApplication(live, source),
    brokerRetries: brokerRetries(live).filter((retry) => retry.joined.some((queue) => queue.source === source)),
  };
}

/** Retry and delay queues of all brokers, the fullest first, each with the job queues that it is joined with. */
export function brokerRetries(live: Pick<Runtime, "brokers" | "config" | "sources">): BrokerRetryView[] {
  const jobs = [...live.sources.values()].flatMap((memory) => memory.reading?.queues ?? []);
  return [...live.brokers.values()]
    .flatMap((memory) => rolesOf(memory.queues, memory.everConsumed, memory.topology))
    .filter((queue) => queue.role === "retry" || queue.role === "delay")
    .map((queue) => ({
      broker: queue.broker,
      vhost: queue.vhost,
      queue: queue.name,
      into: queue.retriesInto,
      ready: queue.ready,
      joined: joinedTo({ name: queue.name, into: queue.retriesInto }, jobs, live.config.joins).map((job) => ({
        source: job.source,
        queue: job.queue,
      })),
    }))
    .sort((a, b) => (b.ready ?? -1) - (a.ready ?? -1) || a.queue.localeCompare(b.queue))
    .slice(0, BROKER_RETRIES_MAX);
}
