import "server-only";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { CLEAN } from "@/lib/base/postgres/clean.testing";

/** A new database, made once for all test processes: creating one takes 7.6 s of a core, loading the snapshot 1.3 s. */
const SNAPSHOT = resolve("node_modules/.cache/lastbeat-in-memory-0.5.14.tar");

/** A PostgreSQL in the memory of this process, for one user until `close`. */
export interface InMemory extends Pick<PGlite, "exec" | "query"> {
  /** Releases it, cleaned, for the next user. */
  close(): Promise<void>;
}

/** Clean databases without a user: test files that run one after the other in a process share one. */
const idle: PGlite[] = [];

/** For tests only: an empty PostgreSQL. The extension btree_gin can be created in it. */
export async function inMemory(): Promise<InMemory> {
  const db = idle.pop() ?? (await open());
  let closed = false;
  const unlessClosed = <T>(use: () => Promise<T>): Promise<T> =>
    closed ? Promise.reject(new Error("this database was released")) : use();
  return {
    exec: (...args) => unlessClosed(() => db.exec(...args)),
    query: <T>(...args: Parameters<PGlite["query"]>) => unlessClosed(() => db.query<T>(...args)),
    async close() {
      closed = true;
      for (const statement of CLEAN) await db.exec(statement);
      idle.push(db);
    },
  };
}

async function open(): Promise<PGlite> {
  return PGlite.create({ extensions: { btree_gin }, loadDataDir: new Blob([await readFile(await snapshotFile())]) });
}

/** The file of a new database, for PGlite's `loadDataDir`. */
export async function snapshotFile(): Promise<string> {
  if (!existsSync(SNAPSHOT)) await makeSnapshot();
  return SNAPSHOT;
}

async function makeSnapshot(): Promise<void> {
  const db = await PGlite.create();
  const snapshot = await db.dumpDataDir("none");
  await db.close();
  await mkdir(dirname(SNAPSHOT), { recursive: true });
  // Test processes may create it at the same time: each renames a complete one into place.
  const draft = `${SNAPSHOT}.${randomUUID()}`;
  await writeFile(draft, Buffer.from(await snapshot.arrayBuffer()));
  await rename(draft, SNAPSHOT);
}
