// Next's standalone output leaves out the files that a CDN would serve; here one server serves everything.
import { cpSync, existsSync } from "node:fs";

for (const [from, to] of [
  ["public", ".next/standalone/public"],
  [".next/static", ".next/standalone/.next/static"],
]) {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
