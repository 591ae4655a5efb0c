import type { Server } from "node:http";
import { freePorts } from "./ports.ts";

/** Starts an HTTP server on 127.0.0.1, on a free port unless one is given; `close` also drops open connections. */
export async function listen(server: Server, wanted?: number): Promise<{ port: number; close: () => Promise<void> }> {
  const port = wanted ?? (await freePorts());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
