import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { serve } from "./server.mjs";

/**
 * The embedded database in a thread of its own, so that a heavy query never blocks the event loop of the server.
 * `workerData` is `{ folder, socketPath }`. It posts `{ is: "ready" }`, `{ is: "warning", message }`,
 * `{ is: "broken", message }` and, after the message `"stop"`, `{ is: "stopped" }`.
 */

/** PGlite has no checkpointer: without this the write-ahead log grew to 160 MB per million rows (measured). */
const CHECKPOINT_MS = 60_000;
/** It has no autovacuum either: dead rows of the tables that every poll updates would accumulate. */
const VACUUM_MS = 30 * 60_000;
/** One segment more than a busy minute writes; checkpoints keep the log at about 65 MB (measured). */
const START_PARAMS = [...PGlite.defaultStartParams, "-c", "max_wal_size=96MB"];

const TABLES = `SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  ORDER BY 1`;

/** @param {object} message */
const post = (message) => parentPort?.postMessage(message);
/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {unknown} error */
function broken(error) {
  post({ is: "broken", message: textOf(error) });
  process.exit(1);
}

try {
  const engine = await PGlite.create({ dataDir: workerData.folder, startParams: START_PARAMS });
  const server = await serve(engine, workerData.socketPath, broken);
  const timers = [
    setInterval(() => void server.run(() => engine.exec("CHECKPOINT")), CHECKPOINT_MS),
    setInterval(() => void vacuum(engine, server), VACUUM_MS),
  ];
  parentPort?.on("message", (message) => {
    if (message === "vacuum") void vacuum(engine, server).then(() => post({ is: "vacuumed" }));
    if (message === "stop") void stop(engine, server, timers);
  });
  post({ is: "ready" });
} catch (error) {
  broken(error);
}

/**
 * Vacuums table by table, so that other statements run in between.
 *
 * @param {PGlite} engine
 * @param {Awaited<ReturnType<typeof serve>>} server
 */
async function vacuum(engine, server) {
  /** @type {string[]} */
  let names = [];
  await server.run(async () => {
    const [result] = await engine.exec(TABLES);
    names = (result?.rows ?? []).map((row) => String(row.name));
  });
  for (const name of names) {
    await server.run(() =>
      // A table may have been dropped since it was listed; the next run vacuums the others.
      engine.exec(`VACUUM (ANALYZE) ${name}`).catch((error) => post({ is: "warning", message: textOf(error) })),
    );
  }
}

/**
 * @param {PGlite} engine
 * @param {Awaited<ReturnType<typeof serve>>} server
 * @param {NodeJS.Timeout[]} timers
 */
async function stop(engine, server, timers) {
  try {
    for (const timer of timers) clearInterval(timer);
    await server.stop();
    await engine.exec("CHECKPOINT");
    await engine.close();
  } catch (error) {
    broken(error);
    return;
  }
  post({ is: "stopped" });
  process.exit(0);
}
