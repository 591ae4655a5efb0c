import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { type Poll, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Channel, Connection, Queue } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";

/** The rules as they are shipped, on clients that misbehave at a poll of 5 s, each beside a healthy one of its kind. */

let port = 40_000;

export const connection = (name: string, facts: Partial<Connection> = {}): Connection =>
  aConnection(++port, { userProvidedName: name, productVersion: null, timeoutSeconds: 0, ...facts });

export const consumer = (one: Connection, queue: string) => ({ connection: one.name, queue, tag: "t" });

export const queue = (name: string, ready: number): Queue => aQueue(name, { ready, consumers: 1 });

export const channel = (one: Connection, of: Partial<Channel>): Channel => ({
  ...{ name: `${one.name} (1)`, connection: one.name, consumers: 1, prefetch: 5, globalPrefetch: 0 },
  ...{ unacked: 0, published: 0, delivered: 0, acked: 0 },
  ...of,
});

export const MINUTE_OF_POLLS = 12;
export const DAY_OF_POLLS = 24 * 60 * MINUTE_OF_POLLS;

/** Runs polls through the collector and the shipped rules; tells "rule severity client@seconds" from `from` on. */
export function watch() {
  let line: Timeline = timeline();
  let alerts: AlertMemory = new Map();
  const alertLog: string[] = [];
  const summaries: string[] = [];
  let fromMs = line.nowMs();
  return {
    alertLog,
    summaries,
    /** Lastbeat starts anew: it knows the open alerts and nothing of what clients did. */
    restart: () => {
      line = timeline();
    },
    /** Seconds are counted from here. */
    mark: () => {
      fromMs = line.nowMs();
    },
    run: (polls: number, seen: (poll: number) => Poll, everyMs?: number) => {
      for (let poll = 0; poll < polls; poll++) {
        const { facts } = line.poll(seen(poll), everyMs);
        const nowMs = line.nowMs();
        const judged = evaluateAlerts(alerts, {
          rules: BUILT_IN_RULES,
          readings: facts.readings,
          ended: facts.ended,
          nowMs,
        });
        alerts = judged.after;
        for (const { type, alert } of judged.events) {
          const what = type === "alert.firing" ? alert.severity : "resolved";
          alertLog.push(`${alert.rule} ${what} ${alert.labels.client ?? "-"}@${(nowMs - fromMs) / 1_000}`);
          summaries.push(alert.summary);
        }
      }
    },
  };
}
