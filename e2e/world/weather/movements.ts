import { MINUTE, SECOND } from "../../../lib/base/time/duration.ts";
import { spawnClient } from "../clients/spawn.ts";
import { pause } from "../until.ts";
import { LAMBDA } from "./cast.ts";
import type { WeatherEnvironment } from "./environment.ts";

/** A deployment every few minutes; each replica is replaced by a new one before it leaves. */
const ROLLING_EVERY_MS = 4 * MINUTE;
/** Until a new replica is ready, and its predecessor has ended: Kubernetes probes every 10 s by default. */
const BETWEEN_REPLICAS_MS = 12 * SECOND;
const INVOKED_EVERY_MS = 100 * SECOND;
/** A function's process works this long and is then frozen by its platform. */
const INVOCATION_MS = 2 * SECOND;
/** How long it stays frozen before the platform kills it: below one timeout, and until the broker has dropped it. */
const FROZEN_MS = [40 * SECOND, 200 * SECOND] as const;

export interface Movements {
  /** Waits for a deployment under way, and begins no other until `resume`. */
  suspend(): Promise<void>;
  resume(): void;
  stop(): Promise<void>;
}

/** What moves in calm weather and needs processes of its own: rolling updates, and invocations of a function. */
export function startMovements(
  environment: WeatherEnvironment,
  hurry: number,
  report: (text: string) => void,
): Movements {
  let suspended = false;
  let deploying: Promise<void> = Promise.resolve();
  const fault = (cause: unknown): void => report(`movement: ${cause instanceof Error ? cause.message : cause}`);
  const deploy = (): void => {
    if (suspended) return;
    deploying = deploying.then(() => roll(environment)).catch(fault);
  };
  let invocations = 0;
  const frozen = new Set<Promise<void>>();
  const invoke = (): void => {
    // In a hurry, calls that stay frozen for minutes would all be open at once.
    const forMs = (hurry > 1 ? null : FROZEN_MS[invocations++ % FROZEN_MS.length]) ?? FROZEN_MS[0];
    const one = invokeFunction(environment, forMs).catch(fault);
    frozen.add(one);
    void one.then(() => frozen.delete(one));
  };
  const timers = [setInterval(deploy, ROLLING_EVERY_MS / hurry), setInterval(invoke, INVOKED_EVERY_MS / hurry)];
  return {
    async suspend() {
      suspended = true;
      await deploying;
    },
    resume() {
      suspended = false;
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await deploying;
    },
  };
}

/** One new replica, then one old one closes, until all are new. */
async function roll({ replicas, startReplica }: WeatherEnvironment): Promise<void> {
  for (const old of [...replicas]) {
    const replacement = await startReplica();
    await pause(BETWEEN_REPLICAS_MS);
    await old.close();
    replicas.splice(replicas.indexOf(old), 1, replacement);
  }
}

/** A function that never closes its connection: its process is frozen after the work, and killed later. */
async function invokeFunction({ broker }: WeatherEnvironment, frozenMs: number): Promise<void> {
  const client = await spawnClient({ ...LAMBDA, url: broker.amqpUrl });
  await client.waitFor("connected");
  await pause(INVOCATION_MS);
  client.freeze();
  await pause(frozenMs);
  await client.kill();
}
