import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Enough of a process's last output to explain why it ended. */
const LINES_MAX = 200;
const STOP_WITHIN_MS = 15_000;

export interface StartOptions {
  readonly cwd?: string;
  /** The complete environment of the child; nothing else is inherited. Default: the parent's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Runs the child as this user (root only). */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Called for each line of the child's stdout and stderr. */
  readonly onLine?: (line: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** null while the process runs. */
  exit(): Exit | null;
  /** The last lines of its output. */
  lastWords(): string;
  /** Sends a signal to the process only; a process that has ended is not an error. */
  signal(name: NodeJS.Signals): void;
  /** Writes a line to its stdin. */
  write(line: string): void;
  /** Sends SIGTERM (or `polite`) to the process, then SIGKILL to its group if the process does not exit in time. */
  stop(polite?: NodeJS.Signals, withinMs?: number): Promise<Exit>;
  /** SIGKILL to the whole process group. */
  kill(): Promise<Exit>;
}

const groups = new Set<number>();
const dirs = new Set<string>();
let watchdog: ChildProcess | null = null;

// Runs at a normal exit and after an uncaught error, but not after SIGKILL; the watchdog covers that case.
process.on("exit", () => {
  for (const group of groups) signalGroup(group, "SIGKILL");
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
});

/**
 * Starts a program in its own process group; its stdin is a pipe that closes when this process ends. Throws when the
 * program cannot be started. The group never outlives this process.
 */
export async function start(command: string, args: readonly string[], options: StartOptions = {}): Promise<Running> {
  const child = spawn(command, args, {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...options.user,
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => resolve(child.pid ?? -1));
  });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  groups.add(pid);
  writeToWatchdog(`+group ${pid}`);
  return follow(child, pid, options.onLine);
}

function follow(child: ChildProcess, pid: number, onLine: (line: string) => void = () => undefined): Running {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (lines.length > LINES_MAX) lines.shift();
      onLine(line);
    });
  }
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal };
      signalGroup(pid, "SIGKILL");
      groups.delete(pid);
      writeToWatchdog(`-group ${pid}`);
      resolve(exit);
    });
  });
  const kill = async (): Promise<Exit> => {
    if (exit === null) signalGroup(pid, "SIGKILL");
    return await exited;
  };
  return {
    pid,
    exited,
    exit: () => exit,
    lastWords: () => lines.join("\n"),
    signal: (name) => void (exit === null && child.kill(name)),
    write: (line) => void child.stdin?.write(`${line}\n`),
    kill,
    async stop(polite = "SIGTERM", withinMs = STOP_WITHIN_MS) {
      if (exit === null) child.kill(polite);
      const timer = setTimeout(() => void kill(), withinMs);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** A new directory that is removed when this process ends, if not before. */
export function temporaryDirectory(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `lastbeat-${name}-`));
  dirs.add(dir);
  writeToWatchdog(`+dir ${dir}`);
  return dir;
}

export function removeDirectory(dir: string): void {
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  dirs.delete(dir);
  writeToWatchdog(`-dir ${dir}`);
}

function writeToWatchdog(line: string): void {
  watchdog ??= startWatchdog();
  watchdog.stdin?.write(`${line}\n`);
}

function startWatchdog(): ChildProcess {
  const script = fileURLToPath(new URL("./watchdog.ts", import.meta.url));
  const child = spawn(process.execPath, [script], { detached: true, stdio: ["pipe", "ignore", "ignore"], cwd: "/" });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  // The pipe must stay open, but must not keep this process alive.
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return child;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // The group has no processes left.
  }
}
