import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Enough of a part's last words to explain why it died. */
const LINES_MAX = 200;
const STOP_WITHIN_MS = 15_000;

export interface StartOptions {
  readonly cwd?: string;
  /** The whole environment of the child: nothing is inherited that is not named here. Default: the parent's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Run as this user (only root may). */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Called with each line of the child's stdout and stderr. */
  readonly onLine?: (line: string) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** null while it runs. */
  exit(): Exit | null;
  /** The last lines it wrote. */
  lastWords(): string;
  /** Sends a signal to the process alone; a process that is gone is no error. */
  signal(name: NodeJS.Signals): void;
  /** SIGTERM (or `polite`) to the process, SIGKILL to its whole group when that is not enough. */
  stop(polite?: NodeJS.Signals, withinMs?: number): Promise<Exit>;
  /** SIGKILL to the whole group. */
  kill(): Promise<Exit>;
}

const groups = new Set<number>();
const dirs = new Set<string>();
let watchdog: ChildProcess | null = null;

// A normal end and an uncaught error pass here; SIGKILL does not, which is what the watchdog is for.
process.on("exit", () => {
  for (const group of groups) signalGroup(group, "SIGKILL");
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
});

/**
 * Starts a program in its own process group, with no stdin but a pipe that ends with this process. Throws when the
 * program cannot be started. Whatever happens to this process, the group does not outlive it.
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

/** A new directory that is removed at the latest when this process ends. */
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
  // The pipe must stay open, yet not keep this process alive.
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return child;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Nobody left in it.
  }
}
