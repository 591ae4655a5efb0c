import { readFileSync } from "node:fs";
import { get } from "node:http";
import { connect, createServer } from "node:net";
import { freePorts } from "../ports.ts";
import { pause } from "../until.ts";

/** Linux counts processor time in hundredths of a second on every architecture that Node supports. */
const TICKS_PER_SECOND = 100;
const ANSWER_WITHIN_MS = 60_000;

/** Processor seconds used by a process so far, its threads included. Linux only. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The process name may contain spaces and parentheses; the fields after its last closing parenthesis cannot.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The share of one core that a process used during `work`. */
export async function coreShare(pid: number, work: () => Promise<unknown>): Promise<number> {
  const [cpu, began] = [cpuSeconds(pid), performance.now()];
  await work();
  return ((cpuSeconds(pid) - cpu) * 1000) / (performance.now() - began);
}

export interface Scrape {
  /** Compressed size as transferred. */
  readonly bytes: number;
  readonly ms: number;
}

/** One GET with gzip; the body is read and discarded. */
export function scrape(url: string): Promise<Scrape> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { "accept-encoding": "gzip" }, timeout: ANSWER_WITHIN_MS }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve({ bytes, ms: performance.now() - began });
        else reject(new Error(`${response.statusCode} from ${url}`));
      });
    });
    request.on("timeout", () => request.destroy(new Error(`${url} gave no answer`)));
    request.on("error", reject);
  });
}

/** Scrapes the same URL every `everyMs` for `forMs`. */
export async function scrapeRegularly(url: string, everyMs: number, forMs: number): Promise<Scrape[]> {
  const seen: Scrape[] = [];
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    const one = await scrape(url);
    seen.push(one);
    await pause(Math.max(0, everyMs - one.ms));
  }
  return seen;
}

export interface Tap {
  readonly url: string;
  /** Bytes received from `target` so far. */
  bytes(): number;
  close(): void;
}

/** A proxy between Lastbeat and an HTTP port that counts bytes: the compressed size is not visible anywhere else. */
export async function tap(target: string): Promise<Tap> {
  const { hostname: host, port: farPort } = new URL(target);
  let bytes = 0;
  const server = createServer((near) => {
    const far = connect({ host, port: Number(farPort) });
    far.on("data", (chunk) => {
      bytes += chunk.length;
    });
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  const port = await freePorts();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  const near = new URL(target);
  near.port = String(port);
  return { url: near.href.replace(/\/$/, ""), bytes: () => bytes, close: () => server.close() };
}

/** The values of an OpenMetrics text, keyed by name and labels exactly as written there. */
export async function readMetrics(url: string, token: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new Error(`${response.status} from /metrics`);
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const cut = line.lastIndexOf(" ");
      return [line.slice(0, cut), Number(line.slice(cut + 1))];
    }),
  );
}

export const quantile = (values: readonly number[], share: number): number | null =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? null;
