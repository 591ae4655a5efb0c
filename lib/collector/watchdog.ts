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

/** A write that takes longer is as good as none: a tick is one, too. */
const WRITE_MS_MAX = 5 * SECOND;
/** A signal that did not arrive is sent again before the next one is due. */
const AGAIN_MS = 10 * SECOND;
/** A source that is slow to answer is asked less often than it says: twenty times its answer, whose bound is a minute. */
const SOURCE_SLOWNESS_MS = 5 * MINUTE;
const WEBHOOKS_EVERY_MS = 5 * SECOND;

/** What of the running instance says that it works. */
type PendingPing = Pick<
  Runtime,
  "config" | "database" | "log" | "webhooks" | "startedSteadyMs" | "brokers" | "scopes" | "pings"
> & { readonly deliverer: Pick<Runtime["deliverer"], "quietMs"> };

/** Tells somebody elsewhere that Lastbeat collects and delivers, for as long as both is true. */
export function startWatchdog(live: PendingPing, heartbeat: Heartbeat): Stoppable {
  const everyMs = heartbeat.everySeconds * SECOND;
  return startLoop(
    async (signal) => {
      const now = liveness(await signsOf(live, heartbeat.id));
      const before = live.pings.get(heartbeat.id) ?? null;
      const wanted = pingSignal(before, now, heartbeat);
      const nowMs = Date.now();
      const why = now.alive ? null : now.reason;
      const error = wanted === null ? null : await sendPing(heartbeat, wanted, { reason: why, nowMs, signal });
      if (signal.aborted) return 0;
      const after = watchdogAfter(before, { liveness: now, signal: wanted, error, nowMs });
      live.pings.set(heartbeat.id, after);
      if (before?.liveness.alive !== now.alive || !sameReason(before?.error ?? null, after.error)) {
        const level = now.alive && after.error === null ? "info" : "error";
        live.log(level, now.alive ? "the dead man's switch beats" : "the dead man's switch stands still", {
          heartbeat: heartbeat.id,
          because: renderReasonOrNull(why) ?? "",
          error: renderReasonOrNull(after.error),
        });
      }
      return error === null ? everyMs : Math.min(everyMs, AGAIN_MS);
    },
    {
      againMs: Math.min(everyMs, AGAIN_MS),
      failed: (cause) => live.log("error", "a heartbeat failed", { detail: messageOf(cause) }),
    },
  );
}

async function signsOf(live: PendingPing, id: string): Promise<LivenessInput> {
  const ids = live.webhooks.map((webhook) => webhook.id);
  const written = await bounded(async () => {
    await setSetting(live.database.db, `heartbeat.${id}`, Date.now());
    return endpointHealths(live.database.db, ids);
  });
  const nowMs = Date.now();
  const standings = written.is === "done" ? written.value : [];
  return {
    targets: watchedBy(live),
    delivererQuietMs: live.deliverer.quietMs(),
    database: written.is === "done" ? null : written.reason,
    webhooks: standings.map((one) => ({ id: one.webhook, failingMs: failingSeconds(one, nowMs) * SECOND })),
    upMs: performance.now() - live.startedSteadyMs,
  };
}

function watchedBy(live: PendingPing): readonly WatchedTarget[] {
  const nowMs = performance.now();
  const of = (scope: string, name: string, intervalMs: number): WatchedTarget => {
    const { savedSteadyMs } = scopeState(live.scopes, scope);
    return { name, savedMs: savedSteadyMs === null ? null : nowMs - savedSteadyMs, intervalMs };
  };
  return [
    ...live.config.brokers.map(({ id, pollSeconds }) =>
      of(`broker:${id}`, `broker ${id}`, live.brokers.get(id)?.pollIntervalMs ?? pollSeconds * SECOND),
    ),
    ...live.config.sources.map(({ id, pollSeconds }) =>
      of(`source:${id}`, `source ${id}`, pollSeconds * SECOND + SOURCE_SLOWNESS_MS),
    ),
    ...(live.webhooks.length === 0 ? [] : [of(WEBHOOKS_SCOPE, "the webhooks", WEBHOOKS_EVERY_MS)]),
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
