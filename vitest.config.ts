import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = { "server-only": `${root}node_modules/server-only/empty.js`, "@": root.replace(/\/$/, "") };
/** Tests mostly wait for databases and servers. With vitest's default, one of two cores would be idle. */
const WORKERS = Math.max(2, availableParallelism() - 1);
const DB = "**/*.db.test.ts";
const LIVE = "**/*.live.test.ts";
const shared = {
  exclude: ["**/node_modules/**", ".next/**", ".next-base-path/**", "e2e/**/*.spec.ts"],
  pool: "forks" as const,
};
const within = { include: ["lib/**/*.test.ts", "components/**/*.test.{ts,tsx}", "e2e/**/*.test.ts", "*.test.ts"] };

export default defineConfig({
  resolve: { alias },
  test: {
    maxWorkers: WORKERS,
    globalSetup: "lib/base/postgres/folder.testing.ts",
    reporters: ["default", "./lib/base/testing/slowest-files.testing.ts"],
    projects: [
      {
        // No database, no socket, no process: `npm run check` runs only these.
        extends: true,
        test: {
          ...shared,
          ...within,
          name: "pure",
          exclude: [...shared.exclude, DB, LIVE],
          setupFiles: ["lib/base/testing/property-seed.testing.ts", "lib/base/testing/cpu-budget.testing.ts"],
          // With isolation, loading the same modules for each file took a third of the time.
          isolate: false,
          // Only ends tests that hang: `npm test` runs all cases of property tests, on a machine that may be busy.
          testTimeout: 60_000,
        },
      },
      {
        // An embedded database, private servers and processes.
        extends: true,
        test: {
          ...shared,
          name: "db",
          include: [DB],
          setupFiles: ["lib/base/testing/property-seed.testing.ts"],
          isolate: false,
          // These timeouts only end tests that hang: on a machine under tenfold load, tests of seconds took a minute.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // A real broker and a real PostgreSQL: e2e/run.ts starts both and passes their URLs. One database per file.
        extends: true,
        test: {
          ...shared,
          name: "live",
          include: ["lib/**/*.live.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        // `npm run e2e:systems`: installs the real libraries of job systems, so it is no part of `npm test`.
        extends: true,
        test: { ...shared, name: "systems", include: ["e2e/systems/*.systems.ts"], testTimeout: 900_000 },
      },
      {
        extends: true,
        test: { ...shared, name: "bench", include: ["lib/**/*.bench.ts"], testTimeout: 300_000 },
      },
    ],
  },
});
