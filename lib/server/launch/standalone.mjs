// Next's standalone output leaves out what a CDN would serve; one server has to serve it all.
import { cpSync, existsSync } from "node:fs";

for (const [from, to] of [
  ["public", ".next/standalone/public"],
  [".next/static", ".next/standalone/.next/static"],
]) {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
