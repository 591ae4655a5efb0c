import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const alias = { "server-only": `${root}node_modules/server-only/empty.js`, "@": root.replace(/\/$/, "") };
/** Most of the time goes into databases of their own; vitest would leave one of two cores idle. */
const WORKERS = Math.max(2, availableParallelism() - 1);
const shared = { exclude: ["**/node_modules/**", ".next/**", "e2e/**/*.spec.ts"], pool: "forks" as const };

export default defineConfig({
  resolve: { alias },
  test: {
    maxWorkers: WORKERS,
    globalSetup: "lib/base/postgres/folder.testing.ts",
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: "unit",
          // A third of the time went into loading the same modules, PGlite's WebAssembly among them, for each file.
          isolate: false,
          include: ["lib/**/*.test.ts", "components/**/*.test.{ts,tsx}", "e2e/world/**/*.test.ts"],
          exclude: [...shared.exclude, "**/*.live.test.ts"],
          // They only end what hangs: on a machine at ten times its load, tests of seconds were seen to take a minute.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Real broker, real PostgreSQL: e2e/run.ts starts both and hands over their URLs. Each file has a database of its own.
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
        extends: true,
        test: { ...shared, name: "bench", include: ["lib/**/*.bench.ts"], testTimeout: 300_000 },
      },
    ],
  },
});
