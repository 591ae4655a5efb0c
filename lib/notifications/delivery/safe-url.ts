import "server-only";
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent } from "undici";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import { type TlsFiles, tlsOptions } from "@/lib/base/tls/trust";

/** The code of the error when a connection to a forbidden address is refused. */
export const BLOCKED = "LASTBEAT_BLOCKED";

/**
 * The addresses at which clouds give a machine its credentials, besides the link-local ones that are refused anyway:
 * Azure's host agent, Alibaba, Oracle, Amazon and Google over IPv6. Refused even with allowPrivate: no webhook is there.
 */
const METADATA: ReadonlySet<string> = new Set([
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd20:ce::254",
]);

/** The prefix that every NAT64 gateway may use (RFC 6052). Local gateways (RFC 8215) have local addresses. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");
/** Global unicast as allocated by IANA. Outside of it are forms that embed an IPv4 address, such as `::127.0.0.1`. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");
/** Documentation addresses (RFC 9637), inside the above. */
const DOCUMENTS = ipaddr.IPv6.parseCIDR("3fff::/20");

/** The ranges of private networks, by the names of ipaddr.js. */
const PRIVATE_RANGES: ReadonlySet<string> = new Set(["private", "loopback", "uniqueLocal", "carrierGradeNat"]);

export interface ReachOptions {
  /** Permits private addresses, on which on-premises receivers are; not link-local, multicast or metadata ones. */
  readonly allowPrivate: boolean;
}

/** Resolves a host name to its addresses. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/**
 * Why this URL may not be requested, without the URL itself; null when it may. Numeric forms of IPv4 (`0x7f.1`,
 * `2130706433`) are read as in the URL standard. `guardedAgent` checks host names when it resolves them.
 */
export function urlObjection(url: string, reachable: ReachOptions): Reason | null {
  const parsed = URL.parse(url);
  if (parsed === null) return reason("sendUrlInvalid", {});
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return reason("sendNotHttp", {});
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  return !ipaddr.isValid(host) || mayReach(host, reachable) ? null : PRIVATE_ADDRESS;
}

/** The reason that operators read when an address was refused. */
export const PRIVATE_ADDRESS: Reason = reason("sendAddressPrivate", {});

interface AgentOptions {
  readonly tls: TlsFiles;
  readonly connectMs: number;
  readonly headerBytesMax: number;
  readonly resolve?: Resolve | undefined;
}

/**
 * An agent for one request. It connects only to the checked addresses that it resolved itself, so a name cannot be
 * checked as one address and connected to as another. The caller destroys it.
 */
export function guardedAgent(
  reachable: ReachOptions,
  { connectMs, headerBytesMax, resolve, tls }: AgentOptions,
): Agent {
  return new Agent({
    connect: { timeout: connectMs, lookup: checkedLookup(reachable, resolve), ...tlsOptions(tls) },
    maxHeaderSize: headerBytesMax,
    pipelining: 1,
  });
}

/** Whether connections to an address are allowed: public addresses, and private ones with `allowPrivate`. */
export function mayReach(address: string, reachable: ReachOptions): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` turns IPv4-mapped IPv6 into the IPv4 address of the connection.
  const parsed = ipaddr.process(address);
  if (METADATA.has(parsed.toString())) return false;
  const range = parsed.range();
  if (parsed instanceof ipaddr.IPv6) {
    // A NAT64 gateway connects to the IPv4 address in the last 32 bits.
    if (parsed.match(NAT64)) return mayReach(parsed.toByteArray().slice(12).join("."), reachable);
    if (range === "unicast" && (!parsed.match(GLOBAL_IPV6) || parsed.match(DOCUMENTS))) return false;
  }
  return range === "unicast" || (reachable.allowPrivate && PRIVATE_RANGES.has(range));
}

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

type Resolved = Awaited<ReturnType<Resolve>>;

/**
 * The checked addresses of a name. Rejects with the code `BLOCKED` when one of them is forbidden: which one is connected
 * to is not our choice.
 */
export async function checkedAddresses(
  hostname: string,
  reachable: ReachOptions,
  resolve: Resolve = systemResolve,
): Promise<readonly [Resolved[number], ...Resolved]> {
  const [first, ...rest] = await resolve(hostname);
  if (first === undefined || ![first, ...rest].every(({ address }) => mayReach(address, reachable))) {
    throw Object.assign(new Error(renderReason(PRIVATE_ADDRESS)), { code: BLOCKED });
  }
  return [first, ...rest];
}

const checkedLookup =
  (reachable: ReachOptions, resolve: Resolve | undefined): LookupFunction =>
  (hostname, options, callback) => {
    checkedAddresses(hostname, reachable, resolve).then(
      ([first, ...rest]) =>
        options.all === true ? callback(null, [first, ...rest]) : callback(null, first.address, first.family),
      (cause: unknown) => callback(cause instanceof Error ? cause : new Error("the name was not resolved"), "", 0),
    );
  };
