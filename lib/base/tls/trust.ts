import "server-only";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, getCACertificates, type SecureContext, setDefaultCACertificates } from "node:tls";

/** Files in PEM format that one endpoint needs besides the authorities that the process trusts. */
export interface TlsFiles {
  /** Certificates of private authorities. */
  readonly caFile?: string | undefined;
  /** The certificate that the client presents, with its chain, and its key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** The part of `tls.connect`'s options that these files change. */
export type TlsOptions = { readonly secureContext?: SecureContext };

/**
 * Trusts, in every connection of this process, the authorities of Node (NODE_EXTRA_CA_CERTS included), those that the
 * system trusts, and those in `caFiles`. Without this Node trusts Mozilla's list only, and refuses what curl accepts
 * on the same machine.
 */
export function trustAuthorities(caFiles: readonly string[]): void {
  // Each entry is read up to its first certificate.
  const given = caFiles.flatMap((file) => readFileSync(file, "utf8").match(CERTIFICATE) ?? []);
  setDefaultCACertificates([...new Set([...getCACertificates("default"), ...getCACertificates("system"), ...given])]);
}

/** One certificate of a file in PEM format. */
export const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]*-----END (?:TRUSTED )?CERTIFICATE-----/g;

/** Contexts by their files: parsing the authorities takes 60 ms, and each attempt of a webhook opens a connection. */
const contexts = new Map<string, SecureContext>();
/** More files than a configuration names, so that a file that changes often does not fill our memory. */
const CONTEXTS_MAX = 200;

/** The options for one endpoint. A changed file is read again. Throws where a file cannot be read or is not PEM. */
export function tlsOptions({ caFile, certFile, keyFile }: TlsFiles): TlsOptions {
  const files = [caFile, certFile, keyFile].filter((file) => file !== undefined);
  if (files.length === 0) return {};
  const version = files.map((file) => `${file} ${statSync(file).mtimeMs}`).join("\n");
  const cached = contexts.get(version);
  if (cached !== undefined) return { secureContext: cached };
  const read = (file: string) => readFileSync(file, "utf8");
  const secureContext = createSecureContext({
    ...(caFile === undefined ? {} : { ca: [...getCACertificates("default"), read(caFile)] }),
    ...(certFile === undefined ? {} : { cert: read(certFile) }),
    ...(keyFile === undefined ? {} : { key: read(keyFile) }),
  });
  if (contexts.size >= CONTEXTS_MAX) contexts.clear();
  contexts.set(version, secureContext);
  return { secureContext };
}
