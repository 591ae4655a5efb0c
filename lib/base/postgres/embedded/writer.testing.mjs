import { registerHooks } from "node:module";

/**
 * A process that opens the embedded database in the folder given as the first argument, prints what it read
 * (`found <rows> <greatest>`), and then writes numbered rows for ever. It prints each batch (`wrote <greatest>`) once the
 * batch is acknowledged. The test kills it.
 */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith("@/")
      ? next(new URL(`../../../../${specifier.slice(2)}.ts`, import.meta.url).href, context)
      : next(specifier, context),
});

const BATCH = 200;

const { openDatabase } = await import("../connect.ts");
const dataDir = process.argv[2] ?? "";
const { pool } = await openDatabase({
  databaseUrl: null,
  dataDir,
  log: (level, message) => process.stderr.write(`${level} ${message}\n`),
});
await pool.query("CREATE TABLE IF NOT EXISTS numbers (n integer PRIMARY KEY, filler text NOT NULL)");
const { rows } = await pool.query("SELECT count(*)::int AS rows, coalesce(max(n), 0) AS greatest FROM numbers");
let { greatest } = rows[0];
process.stdout.write(`found ${rows[0].rows} ${greatest}\n`);
for (;;) {
  await pool.query("INSERT INTO numbers SELECT n, repeat('x', 100) FROM generate_series($1::int, $2::int) AS g (n)", [
    greatest + 1,
    greatest + BATCH,
  ]);
  greatest += BATCH;
  process.stdout.write(`wrote ${greatest}\n`);
}
