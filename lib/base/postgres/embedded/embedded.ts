import "server-only";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, rename, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { messageOf } from "@/lib/base/errors/message";
import { lockFolder } from "@/lib/base/postgres/embedded/lock";

export type EmbeddedLog = (level: "info" | "warn" | "error", message: string) => void;

export interface Embedded {
  /** Folder of the unix socket; `pg` takes it as `host`. */
  readonly socketFolder: string;
  /** Writes a checkpoint, closes the database and releases the lock on the folder. */
  close(): Promise<void>;
}

/** The socket that `pg` opens in a socket folder, for port 5432. */
const SOCKET_NAME = ".s.PGSQL.5432";
/** The kernel truncates socket paths at 104 bytes (macOS) or 108 (Linux). */
const SOCKET_PATH_MAX = 100;
/** Creating a database takes 2 to 4 s on two cores; a machine that needs ten times as long cannot run it. */
const INIT_MS_MAX = 60_000;
/** A checkpoint after a busy minute takes 0.1 s; anything it does not finish in time is in the write-ahead log anyway. */
const STOP_MS_MAX = 10_000;
/** A database that keeps failing is reported instead of restarted for ever. */
const RESTARTS_MAX = 5;
const RESTART_AFTER_MS = 1_000;

/** The environment of the worker and of the child process: neither needs a setting, so neither gets a secret. */
const EMPTY_ENV = { NODE_ENV: "production" } as const;

const run = promisify(execFile);

/**
 * Opens the database in `<dataDir>/pglite` (created on the first start) behind a unix socket that only this user can
 * reach. It survives a kill of the process at any moment, but not a power cut: nothing calls fsync.
 *
 * Fails with one sentence if another process uses the folder.
 */
export async function openEmbedded(dataDir: string, log: EmbeddedLog): Promise<Embedded> {
  const root = resolve(dataDir);
  await makePrivateFolder(root);
  const socketFolder = await socketFolderOf(root);
  const socketPath = join(socketFolder, SOCKET_NAME);
  if (await isListening(socketPath)) throw new Error(inUse(root));
  const unlock = await lockFolder(join(root, "lastbeat.pid"), () => new Error(inUse(root)));
  try {
    await initialise(root, log);
    const worker = await superviseWorker(join(root, "pglite"), socketPath, log);
    return {
      socketFolder,
      close: async () => {
        await worker.stop();
        // It contains only the socket, and may be in the shared temporary folder, where nothing else removes it.
        await rm(socketFolder, { recursive: true, force: true });
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

const inUse = (root: string): string =>
  `Another Lastbeat is running on the data folder ${root}. Stop it, or give this one a folder of its own with LASTBEAT_DATA_DIR.`;

/** PGlite makes the database files readable for every user, so the folder must not be. */
async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stats = await lstat(folder);
  const foreign = process.getuid !== undefined && stats.uid !== process.getuid();
  if (!stats.isDirectory() || foreign) throw new Error(`${folder} is not a folder of this user.`);
  await chmod(folder, 0o700);
}

async function socketFolderOf(root: string): Promise<string> {
  const inside = join(root, "socket");
  const key = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const candidates = [inside, join(tmpdir(), `lastbeat-${key}`), `/tmp/lastbeat-${key}`];
  const folder = candidates.find((candidate) => Buffer.byteLength(join(candidate, SOCKET_NAME)) < SOCKET_PATH_MAX);
  if (folder === undefined)
    throw new Error(`No folder for a unix socket is short enough; tried ${candidates.join(", ")}.`);
  await makePrivateFolder(folder);
  return folder;
}

function isListening(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(socketPath);
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

/** The path of a script that is started at run time: worker and child process are not part of the server's bundle. */
const scriptPath = (name: string): string =>
  resolve(
    /* turbopackIgnore: true */ process.env.LASTBEAT_APP_DIR ?? process.cwd(),
    "lib/base/postgres/embedded",
    name,
  );

/** Creates the database under another name first, so that a kill never leaves an incomplete one under the final name. */
async function initialise(root: string, log: EmbeddedLog): Promise<void> {
  const folder = join(root, "pglite");
  if (existsSync(join(folder, "PG_VERSION"))) return;
  const unfinished = join(root, "pglite.new");
  await rm(unfinished, { recursive: true, force: true });
  log("info", `making a new embedded database in ${folder}`);
  try {
    await run(process.execPath, [scriptPath("init.mjs"), unfinished], {
      timeout: INIT_MS_MAX,
      env: EMPTY_ENV,
    });
  } catch (error) {
    throw new Error(`The embedded database could not be made in ${folder}: ${messageOf(error)}`);
  }
  await rename(unfinished, folder);
}

interface Supervisor {
  stop(): Promise<void>;
}

/** Runs the worker, and restarts it if the database fails: whatever was acknowledged is in its write-ahead log. */
async function superviseWorker(folder: string, socketPath: string, log: EmbeddedLog): Promise<Supervisor> {
  let stopping = false;
  let restarts = 0;
  let restartTimer: NodeJS.Timeout | undefined;
  let worker = await startWorker(folder, socketPath, log);

  const restartOnExit = (watched: Worker): void => {
    watched.once("exit", () => {
      if (stopping) return;
      restarts += 1;
      if (restarts > RESTARTS_MAX) return log("error", "the embedded database keeps breaking; it is not started again");
      log("error", "the embedded database stopped unexpectedly; starting it again");
      restartTimer = setTimeout(() => void restart(), RESTART_AFTER_MS);
    });
  };
  const restart = async (): Promise<void> => {
    try {
      worker = await startWorker(folder, socketPath, log);
      restartOnExit(worker);
      if (stopping) await stopWorker(worker);
    } catch (error) {
      log("error", `the embedded database could not be started again: ${messageOf(error)}`);
    }
  };
  restartOnExit(worker);
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(restartTimer);
      await stopWorker(worker);
    },
  };
}

async function startWorker(folder: string, socketPath: string, log: EmbeddedLog): Promise<Worker> {
  // A killed process leaves its socket. Nothing listens on it, since this process holds the lock.
  await rm(socketPath, { force: true });
  const worker = new Worker(/* turbopackIgnore: true */ scriptPath("worker.mjs"), {
    workerData: { folder, socketPath },
    env: EMPTY_ENV,
    execArgv: [],
  });
  await new Promise<void>((resolve, reject) => {
    worker.on("message", (message: { is: string; message?: string }) => {
      if (message.is === "ready") resolve();
      if (message.is === "warning") log("warn", `embedded database: ${message.message}`);
      if (message.is === "broken") {
        log("error", `embedded database: ${message.message}`);
        reject(new Error(`The embedded database in ${folder} could not be opened: ${message.message}`));
      }
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error(`The embedded database in ${folder} ended while opening.`)));
  });
  worker.on("error", (error) => log("error", `embedded database: ${messageOf(error)}`));
  return worker;
}

async function stopWorker(worker: Worker): Promise<void> {
  // The thread id of a worker that has ended is -1, and it sends no further message.
  if (worker.threadId === -1) return;
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_MS_MAX);
  });
  worker.postMessage("stop");
  await Promise.race([ended, timeout]);
  clearTimeout(timer);
  await worker.terminate();
}
