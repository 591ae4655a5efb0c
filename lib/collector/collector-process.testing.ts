import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROCESS = fileURLToPath(new URL("./run-collector.testing.mjs", import.meta.url));

/** A collector in a process of its own, which is killed and started again on the same database. */
export interface CollectorProcess {
  readonly start: () => Promise<void>;
  /** SIGKILL; nothing where it does not run. */
  readonly kill: () => Promise<void>;
}

/** A test that is tried again makes its collector again: one that still ran would keep its worker from ending. */
let former: CollectorProcess | null = null;

/** `config` is that of `lastbeat.yaml`; `directory` is for its files. Kills the one that was made before. */
export async function collectorProcess(
  directory: string,
  databaseUrl: string,
  config: object,
): Promise<CollectorProcess> {
  await former?.kill();
  former = createProcess(directory, databaseUrl, config);
  return former;
}

function createProcess(directory: string, databaseUrl: string, config: object): CollectorProcess {
  const configFile = join(directory, "lastbeat.yaml");
  writeFileSync(configFile, JSON.stringify(config));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: directory,
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl,
    LASTBEAT_CONFIG: configFile,
    LASTBEAT_DATA_DIR: join(directory, "data"),
    LASTBEAT_ADMIN_PASSWORD: "of a test",
    LASTBEAT_SECRET: "a secret of at least thirty-two characters",
    LASTBEAT_LOG_LEVEL: "error",
  };
  let running: ChildProcess | null = null;
  return {
    async start() {
      const child = spawn(process.execPath, [PROCESS], { env, stdio: ["ignore", "pipe", "inherit"] });
      running = child;
      await Promise.race([
        once(child.stdout, "data"),
        once(child, "exit").then(() => Promise.reject(new Error("the collector ended"))),
      ]);
    },
    async kill() {
      const child = running;
      running = null;
      if (child === null || child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
  };
}
