import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** The kernel assigns 32768 and above to outgoing connections; a fixed port in that range eventually collides. */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;

/** The first of `count` consecutive TCP ports of 127.0.0.1 that are currently unused. */
export async function freePorts(count = 1): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const base = randomInt(FIRST, LAST - count);
    if (await allFree(base, count)) return base;
  }
  throw new Error(`no ${count} neighbouring free ports between ${FIRST} and ${LAST}`);
}

async function allFree(base: number, count: number): Promise<boolean> {
  for (let port = base; port < base + count; port++) {
    if (!(await isFree(port))) return false;
  }
  return true;
}

/** Whether this port of `host` is unused. */
export function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host }, () => probe.close(() => resolve(true)));
  });
}
