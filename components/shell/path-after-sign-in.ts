/**
 * Where `?next=` leads after the sign-in; "/" where that is not a path of this origin. The URL parser decides, because the
 * browser will ask it too: it removes tabs and line breaks, after which `/\t/host` is another host.
 */
export function pathAfterSignIn({ search, origin }: Pick<Location, "search" | "origin">): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  if (!next.startsWith("/")) return "/";
  const url = URL.parse(next, origin);
  if (url === null || url.origin !== origin) return "/";
  // What begins with two slashes would name a host once it is a path of its own.
  const path = `${url.pathname}${url.search}${url.hash}`;
  return path.startsWith("//") ? "/" : path;
}
