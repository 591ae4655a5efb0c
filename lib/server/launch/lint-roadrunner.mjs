// `npm run lint:roadrunner -- [--rr 2025.1] [--rabbit 4.3] [--json] [.rr.yaml | -]`: exit 1 on errors, 2 if misused.
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { withSources } from "./sources.mjs";

withSources();

const USAGE = "usage: lint-roadrunner [--rr 2025.1] [--rabbit 4.3] [--json] [.rr.yaml | -]";

function readArguments() {
  const options = { rr: { type: "string" }, rabbit: { type: "string" }, json: { type: "boolean", default: false } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name = ".rr.yaml", ...more] = positionals;
  if (more.length > 0) throw new Error("one file at a time");
  if (name !== "-" && !existsSync(name)) throw new Error(`there is no ${name}`);
  return { name, config: readFileSync(name === "-" ? 0 : name, "utf8"), ...values };
}

try {
  const { name, config, rr = "", rabbit = "", json } = readArguments();
  const { lintConfig, lintExitCode, lintReport } = await import("@/lib/server/commands/lint-roadrunner");
  const view = lintConfig({ config, rrVersion: rr, rabbitVersion: rabbit });
  process.stdout.write(`${json ? JSON.stringify(view, null, 2) : lintReport(name, view)}\n`);
  process.exitCode = lintExitCode(view);
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : cause}\n${USAGE}\n`);
  process.exitCode = 2;
}
