import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The library that was installed in a directory; CommonJS and ES modules alike. */
export async function library(directory, name) {
  const path = createRequire(join(directory, "here.cjs")).resolve(name);
  const loaded = await import(pathToFileURL(path).href);
  return { ...loaded.default, ...loaded };
}

/** Reports that the jobs are in their states, which last until stdin closes. */
export function readyUntilClosed() {
  console.log("READY");
  process.stdin.on("end", () => process.exit(0)).resume();
}
