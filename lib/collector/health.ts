import "server-only";
import { messageOf } from "@/lib/base/errors/message";
import { redactUrls } from "@/lib/base/log/redact";
import type { Runtime } from "@/lib/collector/runtime";

type Reporter = Pick<Runtime, "health" | "listeners" | "log">;

/** Counts a tick that was saved, and announces its topics to every open page. */
export function publishTick(live: Reporter, nowMs: number, topics: readonly string[]): void {
  live.health.ticks++;
  live.health.lastKeptMs = nowMs;
  announce(live, topics);
}

export function announce({ listeners }: Pick<Runtime, "listeners">, topics: readonly string[]): void {
  for (const subscriber of listeners) subscriber(topics);
}

/** How a loop of ticks reports: `what` is failing from its first failed tick until one that works. */
export const reporting = (live: Reporter, what: string) => ({
  failed: (cause: unknown) => failedTick(live, what, cause),
  worked: () => {
    if (live.health.failing.delete(what)) announce(live, [what]);
  },
});

export function failedTick(live: Reporter, what: string, cause: unknown): void {
  const detail = redactUrls(messageOf(cause));
  const { failing } = live.health;
  live.health.ticksFailed++;
  failing.set(what, { sinceMs: failing.get(what)?.sinceMs ?? Date.now(), because: detail });
  live.log("error", `a tick of ${what} failed and will be tried again`, { detail });
  announce(live, [what]);
}
