import { createServer, type IncomingMessage, request } from "node:http";
import { listen } from "./listen.ts";

interface ReverseProxyOptions {
  /** The path below which the application is served; every other path is answered with 404. */
  readonly path: string;
  /** Removes the path, as nginx's `proxy_pass http://app/;`, Traefik's StripPrefix and Caddy's `handle_path` do. */
  readonly strips: boolean;
  /** The port of the application on 127.0.0.1. */
  readonly port: number;
}

interface ReverseProxy {
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * A reverse proxy as nginx behaves with `location <path>/`: it redirects the path without its slash, and passes on the
 * host and the scheme of the page. It buffers each answer that does not forbid it.
 */
export async function startReverseProxy({ path, strips, port }: ReverseProxyOptions): Promise<ReverseProxy> {
  const server = createServer((incoming, outgoing) => {
    const url = incoming.url ?? "/";
    if (url === path || url.startsWith(`${path}?`)) {
      outgoing.writeHead(301, { location: `${path}/${url.slice(path.length)}` }).end();
      return;
    }
    if (!url.startsWith(`${path}/`)) {
      outgoing.writeHead(404).end("not below the path");
      return;
    }
    const passed = request(
      {
        host: "127.0.0.1",
        port,
        method: incoming.method,
        path: strips ? url.slice(path.length) : url,
        headers: { ...incoming.headers, ...forwarded(incoming) },
      },
      (answer) => {
        const start = () => outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        if (answer.headers["x-accel-buffering"] === "no") return void answer.pipe(start());
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => start().end(Buffer.concat(chunks)));
      },
    );
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  const { port: own, close } = await listen(server);
  return { origin: `http://127.0.0.1:${own}`, stop: close };
}

const forwarded = ({ headers, socket }: IncomingMessage) => ({
  "x-forwarded-host": headers.host ?? "",
  "x-forwarded-proto": "http",
  "x-forwarded-for": socket.remoteAddress ?? "",
});
