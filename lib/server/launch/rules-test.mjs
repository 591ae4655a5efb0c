// `npm run rules:test [files…]`, by default rules-tests/*.yaml beside the configuration: exit 1 if a test fails, 2
// if a file cannot be read. `LASTBEAT_CONFIG` names the configuration, as it does for the server.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { withSources } from "./sources.mjs";

withSources();

const config = resolve(process.env.LASTBEAT_CONFIG ?? "lastbeat.yaml");
const USAGE = "usage: rules-test [file.yaml …]; by default rules-tests/*.yaml beside the configuration";

/** The files of the arguments, else those beside the configuration. */
function testFiles() {
  const args = process.argv.slice(2);
  if (args.length > 0) return args;
  const names = globSync("rules-tests/*.{yaml,yml}", { cwd: dirname(config) }).sort();
  if (names.length === 0) throw new Error(`there is no rules-tests/*.yaml beside ${config}`);
  return names.map((name) => relative(process.cwd(), join(dirname(config), name)));
}

try {
  const { rulesOfConfig, testExitCode, testReport, testRules } = await import("@/lib/server/commands/test-rules");
  const text = existsSync(config) ? readFileSync(config, "utf8") : "";
  const { rules, faults } = rulesOfConfig(text, process.env);
  if (faults.length > 0)
    throw new Error(faults.map(({ path, message }) => `${config}: ${path}: ${message}`).join("\n"));
  const report = testRules(
    testFiles().map((name) => ({ name, text: readFileSync(name, "utf8") })),
    rules,
  );
  process.stdout.write(`${testReport(report)}\n`);
  process.exitCode = testExitCode(report);
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : cause}\n${USAGE}\n`);
  process.exitCode = 2;
}
