import { SECOND } from "@/lib/base/time/duration";
import type { FastStreamFacts } from "@/lib/sources/faststream/mapping";

/** The counters of failed publishes at the last scrape, and since when publishes have failed. Instants are epoch ms. */
export interface PublishErrors {
  readonly published: number | null;
  readonly failed: number | null;
  readonly byException: ReadonlyMap<string, number>;
  readonly scrapedMs: number;
  /** The scrape before the first failure of the present series; null while publishes succeed. */
  readonly sinceMs: number | null;
  /** Scrapes of the series in which publishes failed. */
  readonly scrapes: number;
  /** The exception that the series has raised most often. */
  readonly exception: string | null;
}

/** One failed publish may be a redeployment of the broker: a second scrape with failures is a fault. */
const SCRAPES_MIN = 2;

/**
 * Follows the failed publishes of an application from scrape to scrape. A scrape without a publish changes nothing, one in
 * which all publishes succeeded ends the series, and a counter that fell means that the application was restarted.
 */
export function followPublishErrors(
  before: PublishErrors | null,
  { published, failed, publishExceptions: byException }: FastStreamFacts,
  nowMs: number,
): PublishErrors {
  const counters = { published, failed, byException, scrapedMs: nowMs };
  const start: PublishErrors = { ...counters, sinceMs: null, scrapes: 0, exception: null };
  if (before === null || (failed ?? 0) < (before.failed ?? 0)) return start;
  if ((failed ?? 0) > (before.failed ?? 0)) {
    return {
      ...counters,
      sinceMs: before.sinceMs ?? before.scrapedMs,
      scrapes: before.scrapes + 1,
      exception: mostRaised(before.byException, byException) ?? before.exception,
    };
  }
  const succeeded = (published ?? 0) !== (before.published ?? 0);
  return succeeded ? start : { ...before, scrapedMs: nowMs };
}

/** Seconds for which publishes have failed; 0 while they succeed, null before anything was published. */
export function publishFailingSeconds(errors: PublishErrors): number | null {
  if (errors.published === null && errors.failed === null) return null;
  const { sinceMs, scrapes, scrapedMs } = errors;
  return sinceMs === null || scrapes < SCRAPES_MIN ? 0 : (scrapedMs - sinceMs) / SECOND;
}

function mostRaised(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string | null {
  const [most] = [...after]
    .map(([name, count]) => ({ name, raised: count - (before.get(name) ?? 0) }))
    .filter(({ raised }) => raised > 0)
    .toSorted((a, b) => b.raised - a.raised);
  return most?.name ?? null;
}
