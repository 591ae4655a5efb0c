import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { freePorts } from "./ports.ts";
import { type Exit, removeDirectory, start, temporaryDirectory } from "./processes.ts";
import { until } from "./until.ts";

/** The first start creates a database, which takes some seconds on a busy machine. */
const READY_WITHIN_MS = 90_000;
const STOP_WITHIN_MS = 20_000;

/** The directory of package.json. */
export const projectDirectory = fileURLToPath(new URL("../..", import.meta.url));

export const isBuilt = (): boolean => existsSync(join(projectDirectory, ".next/standalone/server.js"));

/** The parts of lastbeat.yaml that the tests and the demo write. */
interface LastbeatConfig {
  readonly brokers: readonly object[];
  readonly sources?: readonly object[];
  readonly rules?: readonly object[];
  readonly webhooks?: readonly object[];
  readonly heartbeats?: readonly object[];
  readonly embeds?: object;
  readonly group?: object | "off";
  readonly flapping?: object;
}

export interface LastbeatOptions {
  readonly config: LastbeatConfig;
  readonly port?: number;
  /** Absent: the embedded database in its own directory. */
  readonly databaseUrl?: string;
  /** Absent: generated. */
  readonly adminPassword?: string;
  readonly logLevel?: string;
  /** Serves it below this path; the build for the path must exist. */
  readonly basePath?: string;
  /** Serves /gallery, which a production build disables by default. */
  readonly gallery?: true;
  readonly onLine?: (line: string) => void;
}

export interface Lastbeat {
  readonly url: string;
  readonly adminPassword: string;
  readonly apiToken: string;
  readonly exited: Promise<Exit>;
  lastWords(): string;
  /** SIGTERM, then SIGKILL if the process does not exit; resolves to its exit. The data stays until `remove`. */
  stop(): Promise<Exit>;
  kill(): Promise<Exit>;
  /** Restarts it on the same port with the same data, after `stop` or `kill`. */
  again(): Promise<Lastbeat>;
  remove(): void;
}

/** Starts Lastbeat as `npm start` does, with its own configuration and data, and waits until it is ready. */
export async function startLastbeat(options: LastbeatOptions): Promise<Lastbeat> {
  const dir = temporaryDirectory("app");
  const configFile = join(dir, "lastbeat.yaml");
  const dataDirectory = join(dir, "data");
  writeFileSync(configFile, stringify(options.config), { mode: 0o600 });
  mkdirSync(dataDirectory, { mode: 0o700 });
  const port = options.port ?? (await freePorts());
  const adminPassword = options.adminPassword ?? randomBytes(9).toString("base64url");
  const apiToken = randomBytes(24).toString("base64url");
  return await launch(dir, options, {
    adminPassword,
    apiToken,
    url: `http://127.0.0.1:${port}`,
    env: {
      // The rest of this process's environment is not inherited: a developer's settings must not affect the tests.
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LANG: "C.UTF-8",
      NODE_ENV: "production",
      PORT: String(port),
      HOSTNAME: "127.0.0.1",
      LASTBEAT_CONFIG: configFile,
      LASTBEAT_DATA_DIR: dataDirectory,
      LASTBEAT_ADMIN_PASSWORD: adminPassword,
      LASTBEAT_API_TOKEN: apiToken,
      LASTBEAT_SECRET: randomBytes(32).toString("base64url"),
      LASTBEAT_LOG_LEVEL: options.logLevel ?? "info",
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      ...(options.basePath === undefined ? {} : { LASTBEAT_BASE_PATH: options.basePath }),
      ...(options.gallery === true ? { LASTBEAT_GALLERY: "1" } : {}),
    },
  });
}

interface Setting {
  readonly url: string;
  readonly adminPassword: string;
  readonly apiToken: string;
  readonly env: NodeJS.ProcessEnv;
}

async function launch(dir: string, options: LastbeatOptions, setting: Setting): Promise<Lastbeat> {
  const { url, env, adminPassword, apiToken } = setting;
  const app = await start(process.execPath, [join(projectDirectory, "lib/server/launch/start.mjs")], {
    cwd: dir,
    env,
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
  });
  const ready = async (): Promise<boolean> => {
    if (app.exit() !== null) return true;
    const response = await fetch(`${url}/api/health/ready`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  };
  try {
    await until("Lastbeat to be ready", READY_WITHIN_MS, ready, 100);
  } catch (cause) {
    await app.kill();
    throw new Error(`Lastbeat did not become ready:\n${app.lastWords()}`, { cause });
  }
  if (app.exit() !== null) throw new Error(`Lastbeat ended while starting:\n${app.lastWords()}`);
  return {
    url,
    adminPassword,
    apiToken,
    exited: app.exited,
    lastWords: app.lastWords,
    stop: () => app.stop("SIGTERM", STOP_WITHIN_MS),
    kill: app.kill,
    again: () => launch(dir, options, setting),
    remove: () => removeDirectory(dir),
  };
}
