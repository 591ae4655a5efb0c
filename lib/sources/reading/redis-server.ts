import "server-only";
import { credentialsOf } from "@/lib/base/http/credentials";
import { type TlsFiles, tlsOptions } from "@/lib/base/tls/trust";

/** Where a Redis server is, and who reads it. */
export interface RedisServer {
  readonly host: string;
  readonly port: number;
  /** null: the server asks for no password. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly database: number;
  /** null: without TLS. */
  readonly tls: ReturnType<typeof tlsOptions> | null;
}

const DEFAULT_PORT = 6379;

/** `redis://user:password@host:port/database`, `rediss://` with TLS. Throws for anything else. */
export function redisServer(databaseUrl: string, { caFile }: Pick<TlsFiles, "caFile">): RedisServer {
  const url = new URL(databaseUrl);
  const database = url.pathname.replace(/^\//, "");
  if (!/^\d{0,5}$/.test(database)) throw new TypeError("the path of a Redis URL is the number of a database");
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1") || "localhost",
    port: url.port === "" ? DEFAULT_PORT : Number(url.port),
    login: credentialsOf(url),
    database: Number(database),
    tls: url.protocol === "rediss:" ? tlsOptions({ caFile }) : null,
  };
}
