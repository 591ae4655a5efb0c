import { spawnSync } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

// Debian's /usr/sbin/rabbitmq-server and rabbitmqctl are wrappers that switch to the user rabbitmq and refuse others.
const RABBITMQ_DIRS = [
  "/usr/lib/rabbitmq/bin",
  "/opt/homebrew/opt/rabbitmq/sbin",
  "/usr/local/opt/rabbitmq/sbin",
  "/opt/rabbitmq/sbin",
];
const POSTGRES_ROOT = "/usr/lib/postgresql";
const CJK_FONT_DIRS = [
  "/usr/share/fonts/opentype/noto",
  "/usr/share/fonts/noto-cjk",
  "/usr/share/fonts/google-noto-cjk",
];

/** The directory of `rabbitmq-server` and `rabbitmqctl`, or null. */
export function rabbitmqDirectory(): string | null {
  const named = RABBITMQ_DIRS.find((dir) => isProgram(join(dir, "rabbitmq-server")));
  if (named !== undefined) return named;
  const found = onPath("rabbitmq-server");
  return found === null || found.startsWith("/usr/sbin/") ? null : dirname(found);
}

/** The directory of `initdb` and `postgres` of the newest installed version, or null. */
export function postgresDirectory(): string | null {
  const versions = listing(POSTGRES_ROOT).sort((a, b) => Number(b) - Number(a));
  const packaged = versions.map((version) => join(POSTGRES_ROOT, version, "bin"));
  const path = onPath("initdb");
  const all = path === null ? packaged : [...packaged, dirname(path)];
  return all.find((dir) => isProgram(join(dir, "initdb")) && isProgram(join(dir, "postgres"))) ?? null;
}

/** The Redis server, or null. */
export const redisServer = (): string | null => onPath("redis-server");

/** The MariaDB server and the program that creates its system tables, or null. */
export function mariadbPrograms(): { readonly server: string; readonly install: string } | null {
  const server = ["/usr/sbin/mariadbd", onPath("mariadbd")].find((path) => path !== null && isProgram(path));
  const install = onPath("mariadb-install-db");
  return server == null || install === null ? null : { server, install };
}

/** The browser for the tests: `CHROMIUM`, else the first of the usual names on the PATH, or null. */
export function chromium(named: string | undefined): string | null {
  if (named !== undefined && named !== "") return isProgram(named) ? named : null;
  return onPath("chromium") ?? onPath("chromium-browser") ?? onPath("google-chrome-stable") ?? onPath("google-chrome");
}

/** Without such a font, screenshots show Chinese text as empty boxes. */
export const hasCjkFont = (): boolean => CJK_FONT_DIRS.some((dir) => listing(dir).some((file) => file.includes("CJK")));

/** The full path of a program on the PATH, or null. */
export function onPath(name: string): string | null {
  const dirs = (process.env.PATH ?? "").split(delimiter).filter((dir) => dir !== "");
  return dirs.map((dir) => join(dir, name)).find(isProgram) ?? null;
}

/** A Python with pika and aio-pika. Debian's own comes first, because another Python does not see its packages. */
export function pythonWithAmqp(): string | null {
  const pythons = ["/usr/bin/python3", onPath("python3")].filter((path) => path !== null).filter(isProgram);
  const has = (python: string) => spawnSync(python, ["-c", "import pika, aio_pika"], { timeout: 30_000 }).status === 0;
  return pythons.find(has) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function listing(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
