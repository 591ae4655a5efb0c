import "server-only";
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent } from "undici";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";

/** The code of the error a connection to a forbidden address fails with. */
export const BLOCKED = "LASTBEAT_BLOCKED";

/**
 * Where clouds tell a machine its own credentials, beside the link-local addresses that are refused anyway: Azure's
 * host agent, Alibaba, Oracle, Amazon and Google over IPv6. No webhook lives there, so allowPrivate does not help.
 */
const METADATA: ReadonlySet<string> = new Set([
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "fd00:ec2::254",
  "fd20:ce::254",
]);

/** The prefix every NAT64 gateway may use (RFC 6052). Prefixes of local gateways (RFC 8215) lead to local addresses. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");
/** What IANA hands out as global unicast. Outside are forms that embed an IPv4 address, such as `::127.0.0.1`. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");
/** Addresses of documents (RFC 9637), inside the above. */
const DOCUMENTS = ipaddr.IPv6.parseCIDR("3fff::/20");

/** The ranges a house gives its own machines, by the names of ipaddr.js. */
const OF_THE_HOUSE: ReadonlySet<string> = new Set(["private", "loopback", "uniqueLocal", "carrierGradeNat"]);

export interface ReachOptions {
  /** On-prem receivers live on private addresses: permits those of a house, not link-local, multicast or metadata. */
  readonly allowPrivate: boolean;
}

/** How a name becomes addresses. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/**
 * Why this URL may not be requested, without the URL itself; null when nothing speaks against it yet. Numeric
 * forms of IPv4 (`0x7f.1`, `2130706433`) are read as the URL standard does. Names are checked when they are resolved,
 * by `guardedAgent`.
 */
export function urlObjection(url: string, reachable: ReachOptions): Reason | null {
  const parsed = URL.parse(url);
  if (parsed === null) return reason("sendUrlInvalid", {});
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return reason("sendNotHttp", {});
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  return !ipaddr.isValid(host) || mayReach(host, reachable) ? null : PRIVATE_ADDRESS;
}

/** What an operator reads when an address was refused. */
export const PRIVATE_ADDRESS: Reason = reason("sendAddressPrivate", {});

interface AgentOptions {
  readonly connectMs: number;
  readonly headerBytesMax: number;
  readonly resolve?: Resolve | undefined;
}

/**
 * An agent for one request. It connects only to addresses that were checked, the very ones it resolved: a name cannot
 * be checked as one address and connected to as another. Whoever makes it destroys it.
 */
export function guardedAgent(reachable: ReachOptions, { connectMs, headerBytesMax, resolve }: AgentOptions): Agent {
  return new Agent({
    connect: { timeout: connectMs, lookup: checkedLookup(reachable, resolve) },
    maxHeaderSize: headerBytesMax,
    pipelining: 1,
  });
}

/** Whether an address may be connected to: one of the internet at large, or with `allowPrivate` one of the house. */
export function mayReach(address: string, reachable: ReachOptions): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` reads IPv4-mapped IPv6 as the IPv4 address that would be connected to.
  const parsed = ipaddr.process(address);
  if (METADATA.has(parsed.toString())) return false;
  const range = parsed.range();
  if (parsed instanceof ipaddr.IPv6) {
    // A NAT64 gateway connects to the IPv4 address in the last 32 bits.
    if (parsed.match(NAT64)) return mayReach(parsed.toByteArray().slice(12).join("."), reachable);
    if (range === "unicast" && (!parsed.match(GLOBAL_IPV6) || parsed.match(DOCUMENTS))) return false;
  }
  return range === "unicast" || (reachable.allowPrivate && OF_THE_HOUSE.has(range));
}

const bySystem: Resolve = (hostname) => lookup(hostname, { all: true });

type Resolved = Awaited<ReturnType<Resolve>>;

/**
 * The addresses of a name, all of them checked. Rejects with the code `BLOCKED` when one may not be reached: which of
 * several is connected to is not ours to choose.
 */
export async function checkedAddresses(
  hostname: string,
  reachable: ReachOptions,
  resolve: Resolve = bySystem,
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
