import "server-only";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf } from "@/lib/base/errors/message";
import { CERTIFICATE } from "@/lib/base/tls/trust";
import { bearerToken } from "@/lib/config/bearer-token";
import type { ConfigFault } from "@/lib/config/parse";
import type { FileConfig } from "@/lib/config/schema";

interface Endpoint {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * The configuration with absolute paths of its certificates and tokens: the server changes its working directory. Each file is
 * read once, so that a wrong path stops the start instead of every connection.
 */
export function withCertificates(config: FileConfig, file: string, faults: ConfigFault[]): FileConfig {
  const folder = dirname(resolve(/* turbopackIgnore: true */ file));
  const absolute = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : resolve(/* turbopackIgnore: true */ folder, name);
  const each = <T extends Endpoint>(list: readonly T[], kind: string): T[] =>
    list.map((endpoint, index) => {
      const paths = {
        caFile: absolute(endpoint.caFile),
        certFile: absolute(endpoint.certFile),
        keyFile: absolute(endpoint.keyFile),
      };
      faults.push(...endpointFaults(paths, `${kind}[${index}].`));
      const given = Object.entries(paths).filter(([, path]) => path !== undefined);
      return { ...endpoint, ...Object.fromEntries(given) };
    });
  const caFile = absolute(config.caFile);
  faults.push(...endpointFaults({ caFile }, ""));
  return {
    ...config,
    caFile,
    brokers: each(config.brokers, "brokers").map((broker, index) => {
      const file = absolute(broker.managementTokenFile);
      if (file === undefined) return broker;
      const message = tokenFault(file, broker.managementToken !== undefined);
      if (message !== null) faults.push({ path: `brokers[${index}].managementTokenFile`, message });
      return { ...broker, managementTokenFile: file };
    }),
    sources: each(config.sources, "sources"),
    webhooks: each(config.webhooks, "webhooks"),
    heartbeats: each(config.heartbeats, "heartbeats"),
  };
}

function tokenFault(file: string, hasToken: boolean): string | null {
  if (hasToken) return "set either managementToken or managementTokenFile";
  try {
    return bearerToken.safeParse(readFileSync(file, "utf8").trim()).success ? null : "the file holds no bearer token";
  } catch {
    return "the file cannot be read";
  }
}

function endpointFaults({ caFile, certFile, keyFile }: Endpoint, path: string): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const check = (setting: string, file: string | undefined, read: (pem: string) => unknown) => {
    const message = file === undefined ? null : pemFault(file, read);
    if (message !== null) faults.push({ path: `${path}${setting}`, message });
  };
  check("caFile", caFile, readCertificates);
  check("certFile", certFile, readCertificates);
  check("keyFile", keyFile, createPrivateKey);
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const missing = certFile === undefined ? "certFile" : "keyFile";
    faults.push({ path: `${path}${missing}`, message: "certFile and keyFile need each other" });
  }
  return faults;
}

function readCertificates(pem: string): void {
  const found = pem.match(CERTIFICATE) ?? [];
  if (found.length === 0) throw new Error("it holds no certificate");
  for (const certificate of found) new X509Certificate(certificate);
}

/** What is wrong with a file of certificates or a key, without its text; null when it can be used. */
export function pemFault(file: string, read: (pem: string) => unknown = readCertificates): string | null {
  let pem = "";
  try {
    pem = readFileSync(file, "utf8");
  } catch {
    return "the file cannot be read";
  }
  try {
    read(pem);
    return null;
  } catch (cause) {
    return messageOf(cause) === "it holds no certificate"
      ? "the file holds no certificate in PEM format"
      : "the file is not in PEM format";
  }
}
