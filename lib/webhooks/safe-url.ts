import "server-only";
import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { Agent } from "undici";

/** The code of the error a connection to a forbidden address fails with. */
export const BLOCKED = "LASTBEAT_BLOCKED";

/** Azure's host agent answers at a public address from inside every virtual machine. */
const METADATA: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** The prefix every NAT64 gateway may use (RFC 6052). Prefixes of local gateways (RFC 8215) lead to local addresses. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");
/** What IANA hands out as global unicast. Outside are forms that embed an IPv4 address, such as `::127.0.0.1`. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

export interface Reachable {
  /** On-prem receivers live on private addresses: lifts every check of addresses. */
  readonly allowPrivate: boolean;
}

/**
 * Why this URL may not be requested, as a sentence without the URL; null when nothing speaks against it yet. Numeric
 * forms of IPv4 (`0x7f.1`, `2130706433`) are read as the URL standard does. Names are checked when they are resolved,
 * by `guardedAgent`.
 */
export function objection(url: string, { allowPrivate }: Reachable): string | null {
  const parsed = URL.parse(url);
  if (parsed === null) return "the address is not a URL";
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return "only http and https are sent to";
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  if (allowPrivate || !ipaddr.isValid(host) || isPublic(host)) return null;
  return PRIVATE;
}

/** What an operator reads when an address was refused. */
export const PRIVATE = "the address is private or reserved; allowPrivate permits it";

/**
 * An agent for one request. It connects only to addresses that were checked, the very ones it resolved: a name cannot
 * be checked as one address and connected to as another. Whoever makes it destroys it.
 */
export function guardedAgent({ allowPrivate }: Reachable, connectMs: number): Agent {
  return new Agent({
    connect: { timeout: connectMs, ...(allowPrivate ? {} : { lookup: checkedLookup }) },
    pipelining: 1,
  });
}

/** Whether an address can be reached from the internet at large: everything reserved for something else is not. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` reads IPv4-mapped IPv6 as the IPv4 address that would be connected to.
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6) {
    // A NAT64 gateway connects to the IPv4 address in the last 32 bits.
    if (parsed.match(NAT64)) return isPublic(parsed.toByteArray().slice(12).join("."));
    if (!parsed.match(GLOBAL_IPV6)) return false;
  }
  return parsed.range() === "unicast" && !METADATA.has(parsed.toString());
}

const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    // One forbidden address among several is enough: which of them is connected to is not ours to choose.
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
      return callback(Object.assign(new Error(PRIVATE), { code: BLOCKED }), "", 0);
    }
    return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};
