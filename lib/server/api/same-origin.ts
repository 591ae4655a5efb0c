import "server-only";
import { firstForwarded } from "@/lib/base/http/forwarded";

/**
 * Guards against cross-site request forgery: why a request may not use the session, or null where it may. Reading is
 * safe; a write that a cookie authenticates must come from our own pages. `SameSite=Lax` ensures this for other sites,
 * but not for another port of our host.
 */
export function originObjection(request: Request): string | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  const header = (name: string) => request.headers.get(name);
  const origin = header("origin");
  // The browser compares the page with the URL that it requested, whatever a proxy changes. No page can set the header.
  if (origin === null || header("sec-fetch-site") === "same-origin") return null;
  // Browsers send `Origin: null` for opaque origins such as sandboxed frames: no URL, and not ours.
  const page = URL.parse(origin);
  if (page === null || page.host === "") return "a request from an opaque origin cannot use the session";
  const host = firstForwarded(header("x-forwarded-host")) ?? header("host") ?? "";
  const port = firstForwarded(header("x-forwarded-port"));
  const hosts = port === null || /:\d+$/.test(host) ? [host] : [host, `${host}:${port}`];
  if (hosts.some((candidate) => hostIn(page.protocol, candidate) === page.host)) return null;
  return `a request from another origin cannot use the session: the page is from ${page.host}, and ${missingHeader(request)}`;
}

/** As in an origin: in lower case, without the default port. */
const hostIn = (protocol: string, host: string): string | null => URL.parse(`${protocol}//${host}`)?.host ?? null;

/** What a proxy in front must send. Our own headers are named, so that its configuration can be corrected. */
function missingHeader({ headers }: Request): string {
  // Next copies Host into X-Forwarded-Host where no proxy sent it (base-server.js, 16.4).
  const forwarded = headers.get("x-forwarded-host");
  if (forwarded !== null && forwarded !== headers.get("host")) return "X-Forwarded-Host names another host or port";
  return "Host names another; a proxy in front must send X-Forwarded-Host with the host and port of the page";
}
