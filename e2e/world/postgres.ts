import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { freePorts } from "./ports.ts";
import { removeDirectory, start, temporaryDirectory } from "./processes.ts";
import { postgresDirectory } from "./programs.ts";
import { until } from "./until.ts";

const exec = promisify(execFile);
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

export interface Postgres {
  /** Superuser with password, database `postgres`. */
  readonly url: string;
  /** Creates an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A private PostgreSQL on a free port of 127.0.0.1. Started as root, it runs as the user `postgres`, because the server
 * refuses root. Throws when PostgreSQL is not installed or does not start. Durability is off: the data is disposable.
 */
export async function startPostgres(): Promise<Postgres> {
  const password = randomBytes(12).toString("hex");
  const place = placeFor("postgres");
  await createCluster(place, password);
  return serve({ ...place, password });
}

/**
 * A hot standby of a private PostgreSQL, connected by streaming replication. `stop` leaves the primary running. Throws
 * when it does not start.
 */
export async function startStandby(primary: Postgres): Promise<Postgres> {
  const place = placeFor("standby");
  const { bin, dir, user } = place;
  const { password } = new URL(primary.url);
  const flags = ["-d", primary.url, "-D", join(dir, "data"), "-R", "-X", "stream", "-c", "fast", "-N"];
  await exec(join(bin, "pg_basebackup"), flags, { cwd: dir, ...user });
  return serve({ ...place, password });
}

interface Place {
  /** The directory of the server's programs. */
  readonly bin: string;
  readonly dir: string;
  /** The user that runs the server; undefined: the current user. */
  readonly user: { uid: number; gid: number } | undefined;
}

/** An empty directory owned by the server's user. Throws when PostgreSQL is not installed. */
function placeFor(name: string): Place {
  const bin = postgresDirectory();
  if (bin === null) throw new Error("PostgreSQL (postgres, initdb, pg_basebackup) is not installed on this machine");
  const dir = temporaryDirectory(name);
  const user = serverUser();
  if (user !== undefined) chownSync(dir, user.uid, user.gid);
  return { bin, dir, user };
}

async function serve({ bin, dir, password, user }: Place & { readonly password: string }): Promise<Postgres> {
  const port = await freePorts();
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = await start(join(bin, "postgres"), ["-D", join(dir, "data"), ...flags], {
    cwd: dir,
    env: { PATH: process.env.PATH, LANG: "C.UTF-8", TZ: "UTC", NODE_ENV: process.env.NODE_ENV },
    ...(user === undefined ? {} : { user }),
  });
  const at = (database: string): string => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const url = at("postgres");
  const died = server.exited.then(() => {
    throw new Error(`postgres ended while starting:\n${server.lastWords()}`);
  });
  await Promise.race([until("PostgreSQL to answer", READY_WITHIN_MS, () => run(url, "SELECT 1")), died]);
  died.catch(() => undefined);
  return {
    url,
    async createDatabase(name) {
      await run(url, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return at(name);
    },
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to disconnect, and it cleans up.
      await server.stop("SIGINT", STOP_WITHIN_MS);
      removeDirectory(dir);
    },
  };
}

async function createCluster({ bin, dir, user }: Place, password: string): Promise<void> {
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const flags = ["-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--locale=C", "-N"];
  await exec(join(bin, "initdb"), ["-D", join(dir, "data"), ...flags], { cwd: dir, ...user });
  rmSync(passwordFile);
}

function serverUser(): Place["user"] {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function run(url: string, statement: string): Promise<true> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(statement);
    return true;
  } finally {
    await client.end();
  }
}
