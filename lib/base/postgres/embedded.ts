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
import { lockFolder } from "@/lib/base/postgres/lock";

export type EmbeddedLog = (level: "info" | "warn" | "error", message: string) => void;

export interface Embedded {
  /** Folder of the unix socket, as `pg` takes it for `host`. */
  readonly socketFolder: string;
  /** Writes a checkpoint, closes the database and gives the folder free. */
  close(): Promise<void>;
}

/** What `pg` looks for inside a socket folder, for port 5432. */
const SOCKET_NAME = ".s.PGSQL.5432";
/** The kernel cuts socket paths at 104 bytes (macOS) or 108 (Linux). */
const SOCKET_PATH_MAX = 100;
/** Making a database takes 2 to 4 s on two cores; ten times that is a machine that cannot do it. */
const INIT_MS_MAX = 60_000;
/** A checkpoint of a busy minute takes 0.1 s; what is not done by now is in the write-ahead log anyway. */
const STOP_MS_MAX = 10_000;
/** A database that breaks again and again is reported, not run in circles. */
const RESTARTS_MAX = 5;
const RESTART_AFTER_MS = 1_000;

/** Neither needs a setting, so neither is handed a secret. */
const BARE = { NODE_ENV: "production" } as const;

const run = promisify(execFile);

/**
 * Opens the database in `<dataDir>/pglite` (made on the first start) behind a unix socket that only this user can
 * reach. It survives a kill of the process at any moment, not a power cut: nothing calls fsync.
 *
 * Fails with one sentence when another process uses the folder.
 */
export async function openEmbedded(dataDir: string, log: EmbeddedLog): Promise<Embedded> {
  const root = resolve(dataDir);
  await ownFolder(root);
  const socketFolder = await socketFolderOf(root);
  const socketPath = join(socketFolder, SOCKET_NAME);
  if (await answers(socketPath)) throw new Error(inUse(root));
  const unlock = await lockFolder(join(root, "lastbeat.pid"), () => new Error(inUse(root)));
  try {
    await initialise(root, log);
    const keeper = await keepWorking(join(root, "pglite"), socketPath, log);
    return {
      socketFolder,
      close: async () => {
        await keeper.stop();
        // Holds nothing but the socket, and may lie in the shared temporary folder, where nobody else clears it away.
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

/** The database files are made readable for everybody, so it is the folder that must not be. */
async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  const foreign = process.getuid !== undefined && found.uid !== process.getuid();
  if (!found.isDirectory() || foreign) throw new Error(`${folder} is not a folder of this user.`);
  await chmod(folder, 0o700);
}

async function socketFolderOf(root: string): Promise<string> {
  const inside = join(root, "socket");
  const key = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const candidates = [inside, join(tmpdir(), `lastbeat-${key}`), `/tmp/lastbeat-${key}`];
  const folder = candidates.find((candidate) => Buffer.byteLength(join(candidate, SOCKET_NAME)) < SOCKET_PATH_MAX);
  if (folder === undefined)
    throw new Error(`No folder for a unix socket is short enough; tried ${candidates.join(", ")}.`);
  await ownFolder(folder);
  return folder;
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(socketPath);
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

/** Started by path at run time: a worker and a child process are not part of the server's bundle. */
const programme = (name: string): string =>
  resolve(/* turbopackIgnore: true */ process.env.LASTBEAT_APP_DIR ?? process.cwd(), "lib/base/postgres", name);

/** Under another name first, so that a kill in the middle never leaves half a database under the real one. */
async function initialise(root: string, log: EmbeddedLog): Promise<void> {
  const folder = join(root, "pglite");
  if (existsSync(join(folder, "PG_VERSION"))) return;
  const unfinished = join(root, "pglite.new");
  await rm(unfinished, { recursive: true, force: true });
  log("info", `making a new embedded database in ${folder}`);
  try {
    await run(process.execPath, [programme("embedded-init.mjs"), unfinished], { timeout: INIT_MS_MAX, env: BARE });
  } catch (error) {
    throw new Error(`The embedded database could not be made in ${folder}: ${messageOf(error)}`);
  }
  await rename(unfinished, folder);
}

interface EmbeddedOwner {
  stop(): Promise<void>;
}

/** Runs the worker, and runs it again when the database breaks under it: what was acknowledged is in its log. */
async function keepWorking(folder: string, socketPath: string, log: EmbeddedLog): Promise<EmbeddedOwner> {
  let stopping = false;
  let restarts = 0;
  let pause: NodeJS.Timeout | undefined;
  let worker = await startWorker(folder, socketPath, log);

  const watch = (watched: Worker): void => {
    watched.once("exit", () => {
      if (stopping) return;
      restarts += 1;
      if (restarts > RESTARTS_MAX) return log("error", "the embedded database keeps breaking; it is not started again");
      log("error", "the embedded database stopped unexpectedly; starting it again");
      pause = setTimeout(() => void again(), RESTART_AFTER_MS);
    });
  };
  const again = async (): Promise<void> => {
    try {
      worker = await startWorker(folder, socketPath, log);
      watch(worker);
      if (stopping) await stopWorker(worker);
    } catch (error) {
      log("error", `the embedded database could not be started again: ${messageOf(error)}`);
    }
  };
  watch(worker);
  return {
    stop: async () => {
      stopping = true;
      clearTimeout(pause);
      await stopWorker(worker);
    },
  };
}

async function startWorker(folder: string, socketPath: string, log: EmbeddedLog): Promise<Worker> {
  // Left behind by a process that was killed; nobody listens on it, or the lock would not be ours.
  await rm(socketPath, { force: true });
  const worker = new Worker(/* turbopackIgnore: true */ programme("embedded-worker.mjs"), {
    workerData: { folder, socketPath },
    env: BARE,
    execArgv: [],
  });
  await new Promise<void>((ready, refuse) => {
    worker.on("message", (message: { is: string; message?: string }) => {
      if (message.is === "ready") ready();
      if (message.is === "warning") log("warn", `embedded database: ${message.message}`);
      if (message.is === "broken") {
        log("error", `embedded database: ${message.message}`);
        refuse(new Error(`The embedded database in ${folder} could not be opened: ${message.message}`));
      }
    });
    worker.once("error", refuse);
    worker.once("exit", () => refuse(new Error(`The embedded database in ${folder} ended while opening.`)));
  });
  worker.on("error", (error) => log("error", `embedded database: ${messageOf(error)}`));
  return worker;
}

async function stopWorker(worker: Worker): Promise<void> {
  // A worker that has ended has no thread id any more and says nothing more.
  if (worker.threadId === -1) return;
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_MS_MAX);
  });
  worker.postMessage("stop");
  await Promise.race([ended, late]);
  clearTimeout(timer);
  await worker.terminate();
}
