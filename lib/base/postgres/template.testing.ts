import "server-only";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { openDatabase } from "@/lib/base/postgres/connect";

/** An embedded database, created once and copied for every test file: creating one takes seconds, a copy a tenth of that. */
const TEMPLATE = resolve("node_modules/.cache/lastbeat-embedded-0.5.14");

/** Copies a new embedded database into a data folder. */
export async function copyTemplate(dataDir: string): Promise<void> {
  if (!existsSync(TEMPLATE)) await makeTemplate();
  await mkdir(dataDir, { recursive: true });
  await cp(join(TEMPLATE, "pglite"), join(dataDir, "pglite"), { recursive: true });
}

async function makeTemplate(): Promise<void> {
  const draft = `${TEMPLATE}.${randomUUID()}`;
  const database = await openDatabase({ databaseUrl: null, dataDir: draft, log: () => undefined });
  await database.close();
  // Another test process may have been faster: then its template is used.
  await rename(draft, TEMPLATE).catch(() => rm(draft, { recursive: true, force: true }));
}
