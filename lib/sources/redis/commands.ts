/**
 * Every command that Lastbeat sends to a Redis server besides AUTH and SELECT: all of them only read. KEYS, which
 * blocks the server, and scripts, which may write, are not among them. All but CLIENT LIST belong to the ACL category
 * `@read`.
 */
export const READ_COMMANDS = [
  "CLIENT LIST",
  "EXISTS",
  "GET",
  "HGET",
  "HLEN",
  "HMGET",
  "HSCAN",
  "LINDEX",
  "LLEN",
  "LRANGE",
  "MEMORY USAGE",
  "SCAN",
  "SCARD",
  "SSCAN",
  "ZCARD",
  "ZCOUNT",
  "ZRANGE",
  "ZRANGEBYSCORE",
] as const;

export type RedisCommand = readonly [name: (typeof READ_COMMANDS)[number], ...args: readonly (string | number)[]];

/** Commands that are sent together. Error texts quote the name. */
export interface Batch {
  readonly name: string;
  readonly commands: readonly RedisCommand[];
  /** If its answers weigh too much they are null, and it is not sent again for ten minutes. */
  readonly whereAffordable?: true;
}

/**
 * Answers each command of a batch, in order. Rejects with the first error of the server, or when the batch runs out of
 * its time or bytes.
 */
export type RunCommands = (batch: Batch) => Promise<readonly unknown[]>;

/** The error of one command. `code`: the first word of the server's answer, such as NOPERM. */
export class ReplyError extends Error {
  readonly code: string;
  /** The name of the command, and its first argument, which usually is a key. Of AUTH that is no argument to repeat. */
  readonly command: string;
  readonly key: string | null;
  constructor(message: string, [command = "", key]: readonly (string | number)[]) {
    super(message);
    this.code = /^[A-Z]+/.exec(message)?.[0] ?? "ERR";
    this.command = String(command);
    this.key = key === undefined || command === "AUTH" ? null : String(key);
  }
}

/** A batch ran out of its time or bytes. Its connection is closed, since the rest of the answer would follow. */
export class OutOfBudget extends Error {
  readonly limit: "time" | "bytes";
  constructor(name: string, limit: "time" | "bytes") {
    super(`"${name}" ran out of its ${limit}`);
    this.limit = limit;
  }
}

/** The answers, or null where the user may not run the commands, or where the server does not have them. */
export async function whereAllowed(answers: Promise<readonly unknown[]>): Promise<readonly unknown[] | null> {
  try {
    return await answers;
  } catch (error) {
    const isDenied = error instanceof ReplyError && (error.code === "NOPERM" || /^ERR unknown /.test(error.message));
    if (isDenied) return null;
    throw error;
  }
}

/** Text for a pattern of SCAN in which no character is special. */
export const literally = (text: string): string => text.replace(/[*?[\]\\]/g, "\\$&");
