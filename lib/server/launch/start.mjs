// `npm start`. It stays one process, so that a signal reaches everything.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { constants } from "node:os";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { acceptStrippedPaths, basePathOf, buildFolder } from "./base-path.mjs";
import { listenAddress } from "./listen-address.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const basePath = basePathOrExit();
const app = resolve(root, buildFolder(basePath), "standalone");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** npm passes SIGTERM on, but it cannot pass on SIGKILL. */
const PARENT_CHECK_MS = 1_000;

/** Next prints a stack for a port that is in use; an operator needs the sentence. */
async function requireFreePort() {
  const port = Number.parseInt(process.env.PORT ?? "", 10) || 3000;
  const host = process.env.HOSTNAME;
  const probe = createServer();
  try {
    await new Promise((resolved, rejected) => {
      probe.once("error", rejected);
      probe.listen({ port, host }, resolved);
    });
  } catch (cause) {
    console.error(`Lastbeat cannot listen on ${host}, port ${port}: ${listenFault(cause)}`);
    process.exit(1);
  }
  await new Promise((resolved) => probe.close(resolved));
}

function listenFault({ code, message }) {
  switch (code) {
    case "EADDRINUSE":
      return "another program, perhaps another Lastbeat, uses this port. Stop it, or set PORT.";
    case "EACCES":
      return "this user may not use the port. Set PORT to one above 1023.";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine does not have the address. Set LASTBEAT_HOST to one that it has, or to 0.0.0.0 for all of them.";
    default:
      return message;
  }
}

/** The build has a process group of its own: npm starts it through a shell, which does not pass a signal on. */
async function build() {
  const child = spawn("npm", ["run", "build"], { cwd: root, stdio: "inherit", detached: true });
  const forward = (signal) => process.kill(-child.pid, signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  const [code, signal] = await once(child, "exit");
  for (const name of SIGNALS) process.off(name, forward);
  if (code !== 0) process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
}

function basePathOrExit() {
  try {
    return basePathOf(process.env.LASTBEAT_BASE_PATH);
  } catch (cause) {
    console.error(`Lastbeat cannot start: ${cause.message}`);
    process.exit(1);
  }
}

/** The base path that the present build was made for; null without a build. */
function builtBasePath() {
  try {
    const file = resolve(app, buildFolder(basePath), "required-server-files.json");
    return existsSync(resolve(app, "server.js")) ? JSON.parse(readFileSync(file, "utf8")).config.basePath : null;
  } catch {
    return null;
  }
}

/** An image has no sources. */
function requireSources() {
  if (existsSync(resolve(root, "next.config.ts"))) return;
  const flag =
    basePath === ""
      ? "without the build argument LASTBEAT_BASE_PATH"
      : `with --build-arg LASTBEAT_BASE_PATH=${basePath}`;
  console.error(`Lastbeat cannot start: this image serves another path than ${basePath || "/"}; build it ${flag}`);
  process.exit(1);
}

/** Without its npm nobody could stop this server but by its process id, and it would hold the port. */
function endWithNpm() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  }, PARENT_CHECK_MS).unref();
}

process.env.NEXT_TELEMETRY_DISABLED = "1";
if (process.env.npm_lifecycle_event === "start") endWithNpm();
process.env.HOSTNAME = listenAddress(process.env);
await requireFreePort();
if (builtBasePath() !== basePath) {
  requireSources();
  await build();
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
process.env.LASTBEAT_APP_DIR ??= app;
process.env.NODE_ENV = "production";
// Next would end the process before the tick is finished and the database closed; lib/collector/start.ts handles signals.
process.env.NEXT_MANUAL_SIG_HANDLE = "true";
if (basePath !== "") acceptStrippedPaths(basePath);
await import(pathToFileURL(resolve(app, "server.js")).href);
