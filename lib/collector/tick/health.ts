import "server-only";
import { isDiskFull } from "@/lib/base/errors/disk-full";
import { messageOf } from "@/lib/base/errors/message";
import type { Log } from "@/lib/base/log/log";
import { redactUrls } from "@/lib/base/log/redact";
import { type Reason, verbatim } from "@/lib/base/messages/reason";

/** What the process counts of its own ticks, for /metrics and readiness. */
export interface Health {
  ticks: number;
  ticksFailed: number;
  /** When the last tick was saved; null before the first. */
  lastSavedMs: number | null;
  /** What is failing, by its name; a tick that is saved removes it. */
  readonly failing: Map<string, Failing>;
}

export interface Failing {
  readonly sinceMs: number;
  /** The text of the database or of the tick itself. */
  readonly reason: Reason;
  /** The last time it failed because there is no room on the disk of the database. */
  readonly isDiskFull: boolean;
}

export const noHealth = (): Health => ({ ticks: 0, ticksFailed: 0, lastSavedMs: null, failing: new Map() });

/** Called with the topics that changed; an empty list says that the server stops. */
export type Subscriber = (topics: readonly string[]) => void;

export interface Publisher {
  readonly subscribers: ReadonlySet<Subscriber>;
}

export interface HealthReporter extends Publisher {
  readonly health: Health;
  readonly log: Log;
}

/** Tells every open page which topics changed. */
export function publish({ subscribers }: Publisher, topics: readonly string[]): void {
  for (const subscriber of subscribers) subscriber(topics);
}

/** Counts a tick that was saved, and publishes its topics. */
export function publishTick(reporter: HealthReporter, nowMs: number, topics: readonly string[]): void {
  reporter.health.ticks++;
  reporter.health.lastSavedMs = nowMs;
  publish(reporter, topics);
}

/** How a loop of ticks reports: `what` is failing from its first failed tick until one that works. */
export const reporting = (reporter: HealthReporter, what: string) => ({
  failed: (cause: unknown) => failedTick(reporter, what, cause),
  worked: () => {
    if (reporter.health.failing.delete(what)) publish(reporter, [what]);
  },
});

export function failedTick(reporter: HealthReporter, what: string, cause: unknown): void {
  const detail = redactUrls(messageOf(cause));
  const { failing } = reporter.health;
  reporter.health.ticksFailed++;
  failing.set(what, {
    sinceMs: failing.get(what)?.sinceMs ?? Date.now(),
    reason: verbatim(detail),
    isDiskFull: isDiskFull(cause),
  });
  reporter.log("error", `a tick of ${what} failed and will be tried again`, { detail });
  publish(reporter, [what]);
}
