import "server-only";
import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";

/** Whoever is overtaken twice, and finds nothing again, meets somebody faster, and so alive. */
const ROUNDS_MAX = 3;

/**
 * Takes `path` as a lock by making it, with this process written into it, and answers how to give it back.
 * A lock whose process is gone is taken over; one whose process lives is refused with `refusal`.
 *
 * A process is known by its id and its start time, since ids repeat: in a container the first process always has
 * the same one, and a restart would otherwise find itself alive.
 */
export async function lockFolder(path: string, refusal: () => Error): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${(await startOf(process.pid)) ?? "?"} ${randomUUID()}\n`;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (await made(path, mine)) return () => giveBack(path, mine);
    const theirs = await contentOf(path);
    if (theirs === null) continue;
    if (await alive(theirs)) throw refusal();
    if (await tookOver(path, mine)) return () => giveBack(path, mine);
  }
  throw refusal();
}

async function giveBack(path: string, mine: string): Promise<void> {
  if ((await contentOf(path)) === mine) await rm(path, { force: true });
}

/**
 * A dead lock is removed by one process at a time, and only after a second look: whoever read it as dead may be late,
 * and would remove the living one that took its place.
 */
async function tookOver(path: string, mine: string): Promise<boolean> {
  const claim = `${path}.takeover`;
  if (!(await made(claim, mine))) {
    const claimant = await contentOf(claim);
    // Cut off in the middle of a takeover: the claim goes, and the next round takes it.
    if (claimant !== null && !(await alive(claimant))) await cleared(claim, claimant);
    return false;
  }
  try {
    const theirs = await contentOf(path);
    if (theirs !== null && (await alive(theirs))) return false;
    await rm(path, { force: true });
    return await made(path, mine);
  } finally {
    await giveBack(claim, mine);
  }
}

/** Written beside and then linked: the lock appears at once with its content, or not at all. */
async function made(path: string, content: string): Promise<boolean> {
  const beside = `${path}.${randomUUID()}`;
  try {
    await writeFile(beside, content, { flag: "wx", mode: 0o600 });
    await link(beside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/** Moves the dead lock away; false when, meanwhile, it became somebody's living one (which is put back). */
async function cleared(path: string, expected: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return true;
    throw error;
  }
  const same = (await contentOf(aside)) === expected;
  if (!same) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return same;
}

async function alive(content: string): Promise<boolean> {
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

/** Start of a process in clock ticks since boot (field 22 of /proc/<pid>/stat); null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await contentOf(`/proc/${pid}/stat`);
  // The second field is the command in brackets and may itself hold spaces and brackets.
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
