import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../world/processes.ts";

/** Installing and compiling on a busy machine. */
const WITHIN_MS = 10 * 60_000;
const drivers = fileURLToPath(new URL("./drivers", import.meta.url));
/** Only for this run: the newest version of a library is what its registry gives today. */
const place = temporaryDirectory("systems");

/** Starts the driver of a library: the command and its arguments. */
export type Driver = readonly [command: string, ...args: string[]];

function run(command: string, args: readonly string[], cwd = place): string {
  const env = { ...process.env, GOFLAGS: "-buildvcs=false", DEBIAN_FRONTEND: "noninteractive" };
  try {
    return execFileSync(command, args, {
      cwd,
      env,
      timeout: WITHIN_MS,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    const output = Object(cause).stderr;
    const line =
      typeof output === "string" ? output.split("\n").find((text) => /error|not found|no matching/i.test(text)) : null;
    throw new Error(`${command} ${args[0]}: ${line ?? String(cause)}`);
  }
}

/** A package of npm, and others that it needs and does not bring. */
export function npm(name: string, version: string, driver: string, ...others: readonly string[]): Driver {
  const directory = join(place, `${name}-${version}`);
  mkdirSync(directory, { recursive: true });
  run("npm", [
    "install",
    "--prefix",
    directory,
    "--no-audit",
    "--no-fund",
    "--no-save",
    `${name}@${version}`,
    ...others,
  ]);
  return [process.execPath, join(drivers, driver), directory];
}

/** Packages of PyPI, in an environment of their own. */
export function python(requirements: readonly string[], driver: string): Driver {
  const directory = join(place, requirements.join("-").replaceAll(/[^\w.-]/g, "_"));
  run("python3", ["-m", "venv", directory]);
  run(join(directory, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", ...requirements]);
  return [join(directory, "bin/python"), join(drivers, driver)];
}

/** A program of Go modules, as its go.sum names them. */
export function go(driver: string, ...args: string[]): Driver {
  const program = join(place, driver);
  if (!existsSync(program)) run("go", ["build", "-o", program, "."], join(drivers, driver));
  return [program, ...args];
}

/** Packages of Debian. They stay installed. */
export function debian(packages: readonly string[], program: string, driver: string): Driver {
  try {
    run("dpkg", ["--status", ...packages]);
  } catch {
    run("apt-get", ["-qq", "update"]);
    run("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends", ...packages]);
  }
  return [program, join(drivers, driver)];
}
