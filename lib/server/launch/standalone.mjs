// Next's standalone output leaves out the files that a CDN would serve; here one server serves everything. Its tracing takes
// a test for a part of the server, whatever outputFileTracingExcludes says.
import { cpSync, existsSync, rmSync } from "node:fs";
import { basePathOf, buildFolder } from "./base-path.mjs";

const build = buildFolder(basePathOf(process.env.LASTBEAT_BASE_PATH));
for (const [from, to] of [
  ["public", `${build}/standalone/public`],
  [`${build}/static`, `${build}/standalone/${build}/static`],
]) {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
rmSync(`${build}/standalone/e2e`, { recursive: true, force: true });
