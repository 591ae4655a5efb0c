import type { Reading } from "@/lib/alerts/model/reading";
import type { Sample } from "@/lib/base/signals/catalogue";
import { SECOND } from "@/lib/base/time/duration";

/** Whether a webhook accepts what is sent to it, seen by all instances together. */
export interface EndpointHealth {
  /** Failures in a row, with nothing accepted between them. */
  readonly failures: number;
  readonly failingSinceMs: number | null;
  /** Nothing is sent before this instant, epoch ms. */
  readonly restUntilMs: number;
}

export const HEALTHY: EndpointHealth = { failures: 0, failingSinceMs: null, restUntilMs: 0 };

/** The health of one webhook and its deliveries. Counts reach up to ten thousand; tests do not count. */
export interface EndpointStatus extends EndpointHealth {
  readonly webhook: string;
  readonly waiting: number;
  readonly dead: number;
}

/** Seconds since the first of the failures in a row; 0 while the webhook does not fail. */
export const failingSeconds = ({ failingSinceMs }: EndpointHealth, nowMs: number): number =>
  failingSinceMs === null ? 0 : Math.max(0, nowMs - failingSinceMs) / SECOND;

/** The samples and readings of webhooks, for charts and rules. */
export function endpointFacts(
  statuses: readonly EndpointStatus[],
  nowMs: number,
): { readonly samples: readonly Sample[]; readonly readings: readonly Reading[]; readonly ended: readonly [] } {
  const measured = statuses.map((status) => ({
    labels: { webhook: status.webhook },
    waiting: status.waiting,
    dead: status.dead,
    failing: failingSeconds(status, nowMs),
  }));
  return {
    samples: measured.map(({ labels, waiting, dead, failing }) => ({
      kind: "webhook",
      labels,
      values: [waiting, dead, failing],
    })),
    readings: measured.flatMap(({ labels, waiting, dead, failing }) => {
      const context = { waiting, dead };
      return [
        { signal: "webhook.waiting", labels, value: waiting, context },
        { signal: "webhook.dead", labels, value: dead, context },
        { signal: "webhook.failing", labels, value: failing, context },
      ];
    }),
    ended: [],
  };
}
