import { fileURLToPath } from "node:url";
import { type Running, start } from "../processes.ts";
import { until } from "../until.ts";

/** 5,000 connections open in 10 to 20 s on two cores that have nothing else to do. */
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
  /** Connections that the broker or the machine took away so far. */
  lost(): number;
  leave(): Promise<void>;
}

/** Holds real connections and queues on a broker in a process of its own; ready when all of them stand. */
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
