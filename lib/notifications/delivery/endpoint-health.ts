import type { Reading } from "@/lib/alerts/model/reading";
import type { Sample } from "@/lib/base/signals/catalogue";
import { SECOND } from "@/lib/base/time/duration";
import type { EndpointHealth } from "@/lib/notifications/delivery/send-limits";

/** How the deliveries of one webhook stand. Counts reach up to ten thousand; tests do not count. */
export interface EndpointStatus extends EndpointHealth {
  readonly webhook: string;
  readonly waiting: number;
  readonly dead: number;
}

/** Seconds for which nothing was accepted although it was tried; 0 while nothing fails. */
export const failingSeconds = ({ failingSinceMs }: EndpointHealth, nowMs: number): number =>
  failingSinceMs === null ? 0 : Math.max(0, nowMs - failingSinceMs) / SECOND;

/** What rules and charts are told of webhooks. */
export function endpointFacts(
  standings: readonly EndpointStatus[],
  nowMs: number,
): { readonly samples: readonly Sample[]; readonly readings: readonly Reading[]; readonly gone: readonly [] } {
  const measured = standings.map((standing) => ({
    labels: { webhook: standing.webhook },
    waiting: standing.waiting,
    dead: standing.dead,
    failing: failingSeconds(standing, nowMs),
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
    gone: [],
  };
}
