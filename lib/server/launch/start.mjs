// `npm start`. It stays one process, so that a signal reaches everything.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { listenAddress } from "./listen-address.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const server = resolve(root, ".next/standalone/server.js");

process.env.NEXT_TELEMETRY_DISABLED = "1";
if (!existsSync(server)) {
  const built = spawnSync("npm", ["run", "build"], { cwd: root, stdio: "inherit" });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

// The server changes its working directory, so paths that the operator gave are made absolute first.
process.env.LASTBEAT_DATA_DIR = resolve(process.env.LASTBEAT_DATA_DIR ?? ".lastbeat");
const config = resolve(process.env.LASTBEAT_CONFIG ?? "lastbeat.yaml");
if (process.env.LASTBEAT_CONFIG !== undefined || existsSync(config)) process.env.LASTBEAT_CONFIG = config;
for (const [name, value] of Object.entries(process.env)) {
  if (name.endsWith("_FILE") && (name.startsWith("LASTBEAT_") || name === "DATABASE_URL_FILE") && value) {
    process.env[name] = resolve(value);
  }
}
process.env.HOSTNAME = listenAddress(process.env);
process.env.LASTBEAT_APP_DIR ??= resolve(root, ".next/standalone");
process.env.NODE_ENV = "production";
// Next would end the process before the tick is finished and the database closed; lib/collector/start.ts handles signals.
process.env.NEXT_MANUAL_SIG_HANDLE = "true";
await import(pathToFileURL(server).href);
