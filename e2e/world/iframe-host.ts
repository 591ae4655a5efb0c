import { createServer } from "node:http";
import { listen } from "./listen.ts";

export interface IframeHost {
  /** `http://127.0.0.1:<port>`, a separate origin. */
  readonly origin: string;
  /** The URL of a page on this origin that shows `src` in an iframe. */
  pageWith(src: string): string;
  stop(): Promise<void>;
}

/** A third-party web site that embeds a given URL in an iframe. */
export async function startIframeHost(): Promise<IframeHost> {
  const server = createServer((request, response) => {
    const src = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.get("src") ?? "about:blank";
    const escaped = src.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><title>Admin</title><link rel="icon" href="data:,">
<iframe title="panel" src="${escaped}" width="800" height="400"></iframe>`);
  });
  const { port, close } = await listen(server);
  const origin = `http://127.0.0.1:${port}`;
  return { origin, pageWith: (src) => `${origin}/?${new URLSearchParams({ src })}`, stop: close };
}
