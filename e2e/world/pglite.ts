import { fileURLToPath } from "node:url";
import { freePorts } from "./ports.ts";
import { start } from "./processes.ts";
import { until } from "./until.ts";

const READY_WITHIN_MS = 60_000;

/**
 * A PostgreSQL in WebAssembly, in memory, in its own process, on a free port of 127.0.0.1. With a `snapshot` file it
 * starts from that state, which takes a sixth of the time of creating a new database.
 */
export async function startPglite(snapshot?: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePorts();
  const script = fileURLToPath(new URL("./pglite-server.ts", import.meta.url));
  const server = await start(process.execPath, [script, String(port), ...(snapshot === undefined ? [] : [snapshot])]);
  await until("PGlite to be ready", READY_WITHIN_MS, () => {
    if (server.exit() !== null) throw new Error(`PGlite ended while starting:\n${server.lastWords()}`);
    return server.lastWords().includes("ready");
  });
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
    },
  };
}
