// npm run bench:jobs [-- -t <kind>]: a private PostgreSQL for lib/sources/adapters/five-million.bench.ts.
import { spawnSync } from "node:child_process";
import { projectDirectory } from "../lastbeat.ts";
import { startPostgres } from "../postgres.ts";

const postgres = await startPostgres();
const { status } = spawnSync(
  "vitest",
  [
    ...["run", "lib/sources/adapters/five-million.bench.ts", "--project", "bench", "--disable-console-intercept"],
    ...process.argv.slice(2),
  ],
  { cwd: projectDirectory, stdio: "inherit", env: { ...process.env, LASTBEAT_TEST_DATABASE_URL: postgres.url } },
);
await postgres.stop();
process.exit(status ?? 1);
