import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY } from "@/lib/base/time/duration";

/** A private certificate authority. */
export interface Authority {
  readonly folder: string;
  readonly caFile: string;
  /** A certificate for these host names or addresses, as text and as files. */
  issue(names: readonly string[], validity?: Validity): Issued;
  remove(): void;
}

export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

interface Validity {
  readonly fromMs: number;
  readonly toMs: number;
}

const aYear = (): Validity => ({ fromMs: Date.now() - DAY, toMs: Date.now() + 365 * DAY });

/** Makes an authority with files in a folder of its own. */
export function createAuthority(name = "Test authority"): Authority {
  const folder = mkdtempSync(join(tmpdir(), "lastbeat-tls-"));
  const own = keyPair();
  const certificate = (subject: string, of: KeyObject, extensions: Buffer, validity: Validity) =>
    pem(signed(tbsCertificate({ issuer: name, subject, key: of, extensions, validity }), own.privateKey));
  const write = (file: string, text: string) => {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const caFile = write("ca.pem", certificate(name, own.publicKey, isAuthority, aYear()));
  let issued = 0;
  return {
    folder,
    caFile,
    issue(names, validity = aYear()) {
      const { publicKey, privateKey } = keyPair();
      const cert = certificate(names[0] ?? "nobody", publicKey, alternativeNames(names), validity);
      // The form that every program reads, Erlang included.
      const key = privateKey.export({ type: "sec1", format: "pem" }).toString();
      issued++;
      return { cert, key, certFile: write(`cert-${issued}.pem`, cert), keyFile: write(`key-${issued}.pem`, key) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const keyPair = () => generateKeyPairSync("ec", { namedCurve: "prime256v1" });

// What follows is DER (X.690), as far as certificates need it.
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};
function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x1_00 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));
const nameOf = (text: string): Buffer => sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(text)))));
const time = (ms: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]|\.\d+Z/g, "")}Z`));
const extension = (id: string, isCritical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(isCritical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
const isAuthority = extension("551d13", true, sequence(der(0x01, Buffer.from([0xff]))));
const alternativeNames = (names: readonly string[]): Buffer =>
  extension("551d11", false, sequence(...names.map(alternativeName)));
const alternativeName = (name: string): Buffer =>
  isIP(name) === 4 ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name));

interface Certificate {
  readonly issuer: string;
  readonly subject: string;
  readonly key: KeyObject;
  readonly extensions: Buffer;
  readonly validity: Validity;
}

function tbsCertificate({ issuer, subject, key, extensions, validity }: Certificate): Buffer {
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  return sequence(
    version3,
    serial,
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(time(validity.fromMs), time(validity.toMs)),
    nameOf(subject),
    key.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extensions)),
  );
}

const signed = (tbs: Buffer, key: KeyObject): Buffer =>
  sequence(tbs, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), sign("sha256", tbs, key)));

const pem = (certificate: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${certificate
    .toString("base64")
    .match(/.{1,64}/g)
    ?.join("\n")}\n-----END CERTIFICATE-----\n`;
