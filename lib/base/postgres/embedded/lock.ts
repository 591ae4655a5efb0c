import "server-only";
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";

/** A process that loses this often competes with a faster one, which is alive and holds the lock. */
const ATTEMPTS_MAX = 3;

/**
 * Acquires the lock file `path`, which names this process, and returns the function that releases it. A lock whose process
 * has ended is taken over; if its process is alive, `refusal` is thrown.
 *
 * A process is identified by its id and its start time, since ids repeat: in a container the first process always has the
 * same id, so a restarted one would find its own old lock alive.
 */
export async function lockFolder(path: string, refusal: () => Error): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? "?"} ${randomUUID()}\n`;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (await create(path, mine)) return () => release(path, mine);
    const theirs = await contentOf(path);
    if (theirs === null) continue;
    if (await isAlive(theirs)) throw refusal();
    if (await takeOver(path, mine)) return () => release(path, mine);
  }
  throw refusal();
}

async function release(path: string, mine: string): Promise<void> {
  if ((await contentOf(path)) === mine) await rm(path, { force: true });
}

/**
 * Only one process at a time removes a dead lock, and only after it has read the lock again: by then another process may
 * have replaced the dead lock by its own.
 */
async function takeOver(path: string, mine: string): Promise<boolean> {
  const claim = `${path}.takeover`;
  if (!(await create(claim, mine))) {
    const claimant = await contentOf(claim);
    // Its process ended during a takeover: the claim is removed, and the next attempt creates it.
    if (claimant !== null && !(await isAlive(claimant))) await removeStale(claim, claimant);
    return false;
  }
  try {
    const theirs = await contentOf(path);
    if (theirs !== null && (await isAlive(theirs))) return false;
    await rm(path, { force: true });
    return await create(path, mine);
  } finally {
    await release(claim, mine);
  }
}

/** Creates the file with its content in one step: it is written under another name and then linked. False where it exists. */
async function create(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { flag: "wx", mode: 0o600 });
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes a dead lock; false if another process has replaced it since (then that one is restored). */
async function removeStale(path: string, expected: string): Promise<boolean> {
  const moved = `${path}.${randomUUID()}`;
  try {
    await rename(path, moved);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return true;
    throw error;
  }
  const same = (await contentOf(moved)) === expected;
  if (!same) await link(moved, path).catch(() => undefined);
  await rm(moved, { force: true });
  return same;
}

async function isAlive(content: string): Promise<boolean> {
  const [pidText, start] = content.trim().split(" ");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
  const now = await startOf(pid);
  return start === undefined || start === "?" || now === null || start === now;
}

/** The start of a process in clock ticks since boot (field 22 of /proc/<pid>/stat); null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await contentOf(`/proc/${pid}/stat`);
  // The second field is the command in parentheses, which may itself contain spaces and parentheses.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : null);
