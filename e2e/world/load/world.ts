import { fileURLToPath } from "node:url";
import { type Running, start } from "../processes.ts";
import { until } from "../until.ts";

/** 5,000 connections open in 10 to 20 s on two otherwise idle cores. */
const READY_WITHIN_MS = 300_000;

export interface CrowdOptions {
  readonly url: string;
  readonly name: string;
  readonly connections: number;
  readonly queues: number;
  readonly churnPerMinute: number;
}

export interface Crowd {
  readonly readyMs: number;
  /** Connections lost so far, closed by the broker or the machine. */
  lost(): number;
  leave(): Promise<void>;
}

/** Opens real connections and queues from a separate process; ready when all of them are open. */
export async function startCrowd(options: CrowdOptions, heartbeatSeconds = 60): Promise<Crowd> {
  const began = performance.now();
  let ready = false;
  let lost = 0;
  const optionsJson = JSON.stringify({ ...options, heartbeatSeconds });
  const crowd: Running = await start(
    process.execPath,
    [fileURLToPath(new URL("crowd.ts", import.meta.url)), optionsJson],
    {
      onLine: (line) => {
        ready ||= line.includes('"ready"');
        lost = Number(/"lost":(\d+)/.exec(line)?.[1] ?? lost);
      },
    },
  );
  await until("the crowd to be connected", READY_WITHIN_MS, () => ready || crowd.exit() !== null);
  if (!ready) throw new Error(`the crowd ended while connecting:\n${crowd.lastWords()}`);
  return {
    readyMs: performance.now() - began,
    lost: () => lost,
    leave: () => crowd.kill().then(() => undefined),
  };
}
