import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { serve } from "./embedded-server.mjs";

/**
 * The embedded database in a thread of its own, so that a heavy query never holds up the event loop of the server.
 * Told by `workerData`: `{ folder, socketPath }`. Says `{ is: "ready" }`, `{ is: "warning", message }`,
 * `{ is: "broken", message }` and, once asked to `"stop"`, `{ is: "stopped" }`.
 */

/** Nothing checkpoints by itself here: without this the write-ahead log grew to 160 MB per million rows (measured). */
const CHECKPOINT_MS = 60_000;
/** No autovacuum either: dead rows of the tables that are updated at every poll would pile up. */
const VACUUM_MS = 30 * 60_000;
/** One segment more than a busy minute writes; the checkpoints keep it at about 65 MB (measured). */
const START_PARAMS = [...PGlite.defaultStartParams, "-c", "max_wal_size=96MB"];

const TABLES = `SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  ORDER BY 1`;

/** @param {object} message */
const say = (message) => parentPort?.postMessage(message);
/** @param {unknown} error */
const textOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {unknown} error */
function broken(error) {
  say({ is: "broken", message: textOf(error) });
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
    if (message === "vacuum") void vacuum(engine, server).then(() => say({ is: "vacuumed" }));
    if (message === "stop") void stop(engine, server, timers);
  });
  say({ is: "ready" });
} catch (error) {
  broken(error);
}

/**
 * Table by table, so that others get their turn in between.
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
      // A table may have been dropped since it was listed; the next round sees to the rest.
      engine.exec(`VACUUM (ANALYZE) ${name}`).catch((error) => say({ is: "warning", message: textOf(error) })),
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
  say({ is: "stopped" });
  process.exit(0);
}
