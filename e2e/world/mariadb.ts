import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Connection, createConnection } from "mysql2/promise";
import { freePorts } from "./ports.ts";
import { type Running, removeDirectory, start, temporaryDirectory } from "./processes.ts";
import { mariadbPrograms } from "./programs.ts";
import { until } from "./until.ts";

const READY_WITHIN_MS = 30_000;
const INSTALL_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

export interface MariadbServer {
  readonly port: number;
  readonly process: Running;
  /** A connection with every right, for what the tests write. */
  readonly admin: Connection;
  stop(): Promise<void>;
}

/** A private MariaDB on a free port of 127.0.0.1, without durability. Throws when it is not installed or does not start. */
export async function startMariadb(): Promise<MariadbServer> {
  const programs = mariadbPrograms();
  if (programs === null) throw new Error("MariaDB (mariadbd, mariadb-install-db) is not installed on this machine");
  const dir = temporaryDirectory("mariadb");
  const data = join(dir, "data");
  mkdirSync(data);
  chmodSync(dir, 0o700);
  const asUser = process.getuid?.() === 0 ? ["--user=root"] : [];
  const installed = spawnSync(
    programs.install,
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db", ...asUser],
    { encoding: "utf8", timeout: INSTALL_WITHIN_MS },
  );
  if (installed.status !== 0) throw new Error(`mariadb-install-db failed:\n${installed.stdout}${installed.stderr}`);
  const port = await freePorts();
  const socketPath = join(dir, "socket");
  const running = await start(programs.server, [
    "--no-defaults",
    `--datadir=${data}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    `--socket=${socketPath}`,
    `--pid-file=${join(dir, "pid")}`,
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=16M",
    ...asUser,
  ]);
  const died = running.exited.then(() => {
    throw new Error(`mariadbd ended while starting:\n${running.lastWords()}`);
  });
  let admin: Connection | null = null;
  const answers = async () => {
    admin ??= await createConnection({ socketPath, user: "root", multipleStatements: true }).catch(() => null);
    return admin !== null;
  };
  await Promise.race([until("MariaDB to answer", READY_WITHIN_MS, answers), died]);
  died.catch(() => undefined);
  const connected = await createConnection({ socketPath, user: "root", multipleStatements: true });
  connected.on("error", () => undefined);
  return {
    port,
    process: running,
    admin: connected,
    async stop() {
      connected.destroy();
      await running.stop("SIGTERM", STOP_WITHIN_MS);
      removeDirectory(dir);
    },
  };
}
