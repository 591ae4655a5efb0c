import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { failingSeconds } from "@/lib/notifications/delivery/endpoint-health";
import { endpointHealths } from "@/lib/storage/endpoint-health";
import { readHeartbeats } from "@/lib/views/heartbeats/read";
import type { MakeGauge } from "@/lib/views/metrics/own";

interface WebhookMetricsContext extends Pick<Runtime, "config" | "database" | "pings" | "webhooks"> {}

/** The deliveries of each webhook, and the state of the watchdogs. */
export async function webhookMetrics(live: WebhookMetricsContext, gauge: MakeGauge, nowMs: number): Promise<void> {
  const deliveries = gauge("deliveries", "Deliveries on their way and given up, up to 10,000", ["webhook", "state"]);
  const failing = gauge("webhook_failing_seconds", "For how long nothing was accepted; 0 while nothing fails", [
    "webhook",
  ]);
  const ids = live.webhooks.map(({ id }) => id);
  for (const health of await endpointHealths(live.database.db, ids)) {
    const { webhook, waiting, dead } = health;
    deliveries({ webhook, state: "waiting" }, waiting);
    deliveries({ webhook, state: "dead" }, dead);
    failing({ webhook }, failingSeconds(health, nowMs));
  }
  const up = gauge("heartbeat_up", "1 while the dead man's switch is told that all is well", ["heartbeat"]);
  for (const { id, state } of readHeartbeats(live)) up({ heartbeat: id }, state === "beating" ? 1 : 0);
}
