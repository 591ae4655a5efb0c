import "server-only";
import { WEBHOOKS_SCOPE } from "@/lib/alerts/engine/target-visibility";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { messageOf } from "@/lib/base/errors/message";
import { type Reason, reason, sameReason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { scopeState } from "@/lib/collector/tick/scope-state";
import { failingSeconds } from "@/lib/notifications/delivery/endpoint-health";
import {
  type Heartbeat,
  type LivenessInput,
  liveness,
  pingSignal,
  type WatchedTarget,
  watchdogAfter,
} from "@/lib/notifications/delivery/liveness";
import { sendPing } from "@/lib/notifications/delivery/send-ping";
import { endpointHealths } from "@/lib/storage/endpoint-health";
import { setSetting } from "@/lib/storage/settings";

/** A write that takes longer counts as failed: every tick is a write, too. */
const WRITE_MS_MAX = 5 * SECOND;
/** A ping that did not arrive is sent again before the next one is due. */
const AGAIN_MS = 10 * SECOND;
/** A slow source is polled less often than configured: after twenty times its answer, which takes up to a minute. */
const SOURCE_SLOWNESS_MS = 5 * MINUTE;
const WEBHOOKS_EVERY_MS = 5 * SECOND;

/** The state that shows whether the instance works. */
type WatchdogContext = Pick<
  Runtime,
  "config" | "database" | "log" | "webhooks" | "startedSteadyMs" | "brokers" | "scopes" | "pings"
> & { readonly deliverer: Pick<Runtime["deliverer"], "quietMs"> };

/** Pings an external watchdog for as long as Lastbeat collects and delivers. */
export function startWatchdog(context: WatchdogContext, heartbeat: Heartbeat): Stoppable {
  const everyMs = heartbeat.everySeconds * SECOND;
  return startLoop(
    async (signal) => {
      const now = liveness(await livenessInputOf(context, heartbeat.id));
      const before = context.pings.get(heartbeat.id) ?? null;
      const wanted = pingSignal(before, now, heartbeat);
      const nowMs = Date.now();
      const why = now.alive ? null : now.reason;
      const error = wanted === null ? null : await sendPing(heartbeat, wanted, { reason: why, nowMs, signal });
      if (signal.aborted) return 0;
      const after = watchdogAfter(before, { liveness: now, signal: wanted, error, nowMs });
      context.pings.set(heartbeat.id, after);
      if (before?.liveness.alive !== now.alive || !sameReason(before?.error ?? null, after.error)) {
        const level = now.alive && after.error === null ? "info" : "error";
        context.log(level, now.alive ? "the watchdog is pinged" : "the watchdog is no longer pinged", {
          heartbeat: heartbeat.id,
          because: renderReasonOrNull(why) ?? "",
          error: renderReasonOrNull(after.error),
        });
      }
      return error === null ? everyMs : Math.min(everyMs, AGAIN_MS);
    },
    {
      againMs: Math.min(everyMs, AGAIN_MS),
      failed: (cause) => context.log("error", "a ping of the watchdog failed", { detail: messageOf(cause) }),
    },
  );
}

async function livenessInputOf(context: WatchdogContext, id: string): Promise<LivenessInput> {
  const ids = context.webhooks.map((webhook) => webhook.id);
  const written = await bounded(async () => {
    await setSetting(context.database.db, `heartbeat.${id}`, Date.now());
    return endpointHealths(context.database.db, ids);
  });
  const nowMs = Date.now();
  const healths = written.is === "done" ? written.value : [];
  return {
    targets: targetsOf(context),
    delivererQuietMs: context.deliverer.quietMs(),
    database: written.is === "done" ? null : written.reason,
    webhooks: healths.map((one) => ({ id: one.webhook, failingMs: failingSeconds(one, nowMs) * SECOND })),
    upMs: performance.now() - context.startedSteadyMs,
  };
}

function targetsOf(context: WatchdogContext): readonly WatchedTarget[] {
  const nowMs = performance.now();
  const target = (scope: string, name: string, intervalMs: number): WatchedTarget => {
    const { savedSteadyMs } = scopeState(context.scopes, scope);
    return { name, savedMs: savedSteadyMs === null ? null : nowMs - savedSteadyMs, intervalMs };
  };
  return [
    ...context.config.brokers.map(({ id, pollSeconds }) =>
      target(`broker:${id}`, `broker ${id}`, context.brokers.get(id)?.pollIntervalMs ?? pollSeconds * SECOND),
    ),
    ...context.config.sources.map(({ id, pollSeconds }) =>
      target(`source:${id}`, `source ${id}`, pollSeconds * SECOND + SOURCE_SLOWNESS_MS),
    ),
    ...(context.webhooks.length === 0 ? [] : [target(WEBHOOKS_SCOPE, "the webhooks", WEBHOOKS_EVERY_MS)]),
  ];
}

type Bounded<T> = { readonly is: "done"; readonly value: T } | { readonly is: "not"; readonly reason: Reason };

async function bounded<T>(work: () => Promise<T>): Promise<Bounded<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Bounded<T>>((resolve) => {
    timer = setTimeout(
      () => resolve({ is: "not", reason: reason("sendTimedOut", { seconds: WRITE_MS_MAX / SECOND }) }),
      WRITE_MS_MAX,
    );
  });
  const done = work().then(
    (value): Bounded<T> => ({ is: "done", value }),
    // Its words may name hosts and users.
    (): Bounded<T> => ({ is: "not", reason: reason("databaseError", {}) }),
  );
  const first = await Promise.race([done, late]);
  clearTimeout(timer);
  return first;
}
