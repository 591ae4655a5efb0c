import "server-only";
import { isIP } from "node:net";
import { Redis } from "ioredis";
import { SECOND } from "@/lib/base/time/duration";
import type { RedisServer } from "@/lib/sources/reading/redis-server";
import { type Batch, OutOfBudget, READ_COMMANDS, ReplyError } from "@/lib/sources/redis/commands";

const CONNECT_TIMEOUT_MS = 5 * SECOND;
/** The answers of one batch. Sets are sampled to half of it; the rest are numbers and short texts. */
const BATCH_BYTES_MAX = 8_000_000;
/** Redis serves other clients between two commands, but holds the answers of a pipeline in its memory. */
const PIPELINE_MAX = 500;

export interface RedisConnection {
  /** Runs commands that only read, within `timeoutMs`. After a rejection that is no `ReplyError` it is closed. */
  run(batch: Batch, timeoutMs: number): Promise<readonly unknown[]>;
  close(): void;
}

/**
 * Connects, signs in and selects the database. Nothing is sent that was not asked for: no HELLO, INFO or CLIENT SETINFO,
 * which a user with `+@read` may not run. There is no reconnect: the next poll connects again.
 */
export async function openRedis(server: RedisServer): Promise<RedisConnection> {
  const redis = new Redis({
    host: server.host,
    port: server.port,
    // The server's name is sent so that one that has several certificates chooses; an address is no name.
    ...(server.tls === null
      ? {}
      : { tls: { ...server.tls, ...(isIP(server.host) ? {} : { servername: server.host }) } }),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    disableClientInfo: true,
    protocol: 2,
  });
  // What ended a connection is an event; the commands in flight are rejected with an error that does not say it.
  const faults: unknown[] = [];
  redis.on("error", (error: unknown) => faults.push(error));
  const connection = createConnection(redis, faults);
  try {
    await redis.connect();
    await signIn(connection, server);
    return connection;
  } catch (error) {
    connection.close();
    throw error instanceof ReplyError || error instanceof OutOfBudget ? error : (faults[0] ?? error);
  }
}

interface Connection extends RedisConnection {
  send(
    name: string,
    commands: readonly (readonly (string | number)[])[],
    timeoutMs: number,
  ): Promise<readonly unknown[]>;
}

/** A failed SELECT would leave us in database 0, so both are sent here, where their errors are not lost. */
async function signIn(connection: Connection, { login, database }: RedisServer): Promise<void> {
  if (login !== null) {
    const words = login.user === "" ? [login.password] : [login.user, login.password];
    await connection.send("sign-in", [["AUTH", ...words]], CONNECT_TIMEOUT_MS);
  }
  if (database !== 0) await connection.send("database", [["SELECT", database]], CONNECT_TIMEOUT_MS);
}

function createConnection(redis: Redis, faults: readonly unknown[]): Connection {
  const close = () => redis.disconnect();
  const send: Connection["send"] = async (name, commands, timeoutMs) => {
    const budget = budgetOf(redis, name, timeoutMs);
    try {
      const answers: unknown[] = [];
      for (let at = 0; at < commands.length; at += PIPELINE_MAX) {
        const sent = commands.slice(at, at + PIPELINE_MAX).map((command) => answerOf(redis, command));
        answers.push(...(await Promise.race([Promise.all(sent), budget.exceeded])));
      }
      return answers;
    } catch (error) {
      // After an error of the server the answers of the other commands still arrive, in order, and are dropped.
      if (!(error instanceof ReplyError)) close();
      throw error instanceof ReplyError || error instanceof OutOfBudget ? error : (faults[0] ?? error);
    } finally {
      budget.end();
    }
  };
  return {
    close,
    send,
    run({ name, commands }, timeoutMs) {
      const other = commands.find(([command]) => !READ_COMMANDS.includes(command));
      if (other !== undefined) throw new Error(`"${other[0]}" is not a command that may be sent`);
      return send(
        name,
        commands.map(([command, ...values]) => [...command.split(" "), ...values]),
        timeoutMs,
      );
    },
  };
}

async function answerOf(redis: Redis, [name = "", ...values]: readonly (string | number)[]): Promise<unknown> {
  try {
    return await redis.call(String(name), values);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ReplyError") throw error;
    throw new ReplyError(error.message, [String(name), ...values]);
  }
}

/** Rejects once the answers have taken too long or weigh too much. */
function budgetOf(redis: Redis, name: string, timeoutMs: number) {
  const { promise: exceeded, reject } = Promise.withResolvers<never>();
  exceeded.catch(() => {});
  let bytes = 0;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BATCH_BYTES_MAX) reject(new OutOfBudget(name, "bytes"));
  };
  const timer = setTimeout(() => reject(new OutOfBudget(name, "time")), timeoutMs);
  redis.stream.on("data", count);
  return {
    exceeded,
    end() {
      clearTimeout(timer);
      redis.stream.off("data", count);
    },
  };
}
