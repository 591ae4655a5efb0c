import { type NextRequest, NextResponse } from "next/server";
import { framedBy, NO_FRAMES } from "@/lib/access/embeds/frame-policy";
import { checkEmbedToken } from "@/lib/access/embeds/token";
import { runtime } from "@/lib/collector/runtime";

/** Sets the frame policy: no site may frame the console, and only the origin in its token may frame an embed. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, searchParams } = request.nextUrl;
  const panel = /^\/embed\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (panel === undefined) return withHeaders(passOn(request), NO_FRAMES);
  const { embeds } = runtime();
  const check = checkEmbedToken(searchParams.get("token"), { ...embeds, panel, nowMs: Date.now() });
  if (check.ok) return withHeaders(passOn(request), framedBy(check.claims.origin));
  const body = { type: "about:blank", title: "Forbidden", status: 403, detail: `embed token: ${check.because}` };
  const refused = NextResponse.json(body, { status: 403, headers: { "content-type": "application/problem+json" } });
  return withHeaders(refused, NO_FRAMES);
}

/** Passes the path on in a header: a layout cannot read its own path, and the sign-in page must redirect back to it. */
function passOn(request: NextRequest): NextResponse {
  const headers = new Headers(request.headers);
  headers.set("x-lastbeat-path", request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.next({ request: { headers } });
}

function withHeaders(response: NextResponse, headers: Readonly<Record<string, string>>): NextResponse {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

export const config = { matcher: "/((?!_next/static|icon.svg).*)" };
