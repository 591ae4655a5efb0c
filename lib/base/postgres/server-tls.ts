import "server-only";
import type { PoolConfig } from "pg";
import { type TlsFiles, tlsOptions } from "@/lib/base/tls/trust";

/** The parameters that decide about TLS; the driver would let them replace `ssl`. */
const TLS_PARAMETERS = ["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "uselibpqcompat"];
/** The modes in which nothing is verified, so there is nothing that an authority's certificate would change. */
const UNVERIFIED = ["disable", "no-verify"];

/**
 * The address of a PostgreSQL server for the driver. With a `caFile` the server must have a certificate of one of its
 * authorities, or of one that the process trusts, under the name in the URL; the URL may say otherwise by its `sslmode`.
 */
export function postgresServer(
  databaseUrl: string,
  { caFile }: Pick<TlsFiles, "caFile">,
): Pick<PoolConfig, "connectionString" | "ssl"> {
  const queryAt = databaseUrl.indexOf("?");
  const parameters = new URLSearchParams(queryAt < 0 ? "" : databaseUrl.slice(queryAt + 1));
  const mode = parameters.get("sslmode");
  if (caFile === undefined || UNVERIFIED.includes(mode ?? "")) return { connectionString: databaseUrl };
  const [cert, key] = [parameters.get("sslcert"), parameters.get("sslkey")];
  const ssl = {
    ...tlsOptions({ caFile, certFile: cert ?? undefined, keyFile: key ?? undefined }),
    // As libpq: these two check the authority and not the name.
    ...(mode === "verify-ca" || (mode === "require" && parameters.get("uselibpqcompat") === "true")
      ? { checkServerIdentity: () => undefined }
      : {}),
  };
  for (const name of TLS_PARAMETERS) parameters.delete(name);
  const base = queryAt < 0 ? databaseUrl : databaseUrl.slice(0, queryAt);
  return { connectionString: parameters.size === 0 ? base : `${base}?${parameters}`, ssl };
}
