import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePorts } from "./ports.ts";
import { type Running, removeDirectory, start, temporaryDirectory } from "./processes.ts";
import { redisServer } from "./programs.ts";
import { until } from "./until.ts";

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 5_000;

export interface RedisServer {
  readonly port: number;
  /** `redis://`, or `rediss://` if it has a certificate; without user and password. */
  readonly url: string;
  /** A connection with every right, for what the tests write. */
  readonly admin: Redis;
  readonly process: Running;
  /** Starts it again on the same port, with what was saved. */
  restart(): Promise<RedisServer>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Lines of redis.conf. */
  readonly settings?: readonly string[];
  /** Files of a certificate for 127.0.0.1: the server then accepts TLS only. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly caFile: string };
}

/**
 * A private Redis on a free port of 127.0.0.1, without durability. Throws when Redis is not installed or does not start.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const dir = temporaryDirectory("redis");
  return serve({ dir, port: await freePorts(), ...options });
}

async function serve(place: RedisOptions & { readonly dir: string; readonly port: number }): Promise<RedisServer> {
  const { dir, port, settings = [], tls } = place;
  const program = redisServer();
  if (program === null) throw new Error("Redis (redis-server) is not installed on this machine");
  const file = join(dir, "redis.conf");
  const ports =
    tls === undefined
      ? [`port ${port}`]
      : [
          "port 0",
          `tls-port ${port}`,
          `tls-cert-file ${tls.certFile}`,
          `tls-key-file ${tls.keyFile}`,
          `tls-ca-cert-file ${tls.caFile}`,
          "tls-auth-clients no",
        ];
  const lines = ["bind 127.0.0.1", ...ports, `dir ${dir}`, 'save ""', "appendonly no", "enable-debug-command yes"];
  writeFileSync(file, [...lines, ...settings].join("\n"));
  chmodSync(file, 0o600);
  const running = await start(program, [file]);
  const died = running.exited.then(() => {
    throw new Error(`redis-server ended while starting:\n${running.lastWords()}`);
  });
  const admin = new Redis({
    port,
    host: "127.0.0.1",
    ...(tls === undefined ? {} : { tls: { rejectUnauthorized: false } }),
  });
  admin.on("error", () => undefined);
  const answers = async () => (await admin.ping()) === "PONG";
  await Promise.race([until("Redis to answer", READY_WITHIN_MS, answers), died]);
  died.catch(() => undefined);
  return {
    port,
    url: `${tls === undefined ? "redis" : "rediss"}://127.0.0.1:${port}`,
    admin,
    process: running,
    async restart() {
      admin.disconnect();
      await running.kill();
      return serve(place);
    },
    async stop() {
      admin.disconnect();
      await running.stop("SIGTERM", STOP_WITHIN_MS);
      removeDirectory(dir);
    },
  };
}
