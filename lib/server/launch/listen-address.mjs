import { isIP } from "node:net";

const EVERY_ADDRESS = "0.0.0.0";

/**
 * The address to listen on: `LASTBEAT_HOST`, or `HOSTNAME` (Next's own setting) where it is an address. Shells, container
 * runtimes and Kubernetes set HOSTNAME to the machine's name; listening on that name alone would refuse localhost.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function listenAddress({ LASTBEAT_HOST, HOSTNAME }) {
  if (LASTBEAT_HOST) return LASTBEAT_HOST;
  if (!HOSTNAME) return EVERY_ADDRESS;
  return isIP(HOSTNAME) !== 0 || HOSTNAME === "localhost" ? HOSTNAME : EVERY_ADDRESS;
}
