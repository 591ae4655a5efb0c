// `npm run e2e:systems`: the adapters beside the real libraries of their systems. Not part of `npm test`: it installs
// these libraries from their registries.

import { spawnSync } from "node:child_process";
import { openPostgres } from "../world/external-services.ts";
import { install } from "../world/install.ts";
import { projectDirectory } from "../world/lastbeat.ts";

install();
const postgres = await openPostgres();
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--project", "systems", "--disable-console-intercept", ...process.argv.slice(2)],
  {
    cwd: projectDirectory,
    stdio: "inherit",
    env: { ...process.env, LASTBEAT_TEST_DATABASE_URL: postgres.url },
  },
);
await postgres.stop();
process.exit(status ?? 1);
