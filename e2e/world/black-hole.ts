import { connect, createServer, type Socket } from "node:net";
import { freePorts } from "./ports.ts";

/** A TCP proxy that can stop forwarding silently: both sides keep a connection that carries no more data. */
export interface BlackHole {
  readonly port: number;
  /** Stops forwarding in both directions without closing either connection. */
  open(): void;
  stop(): Promise<void>;
}

export async function startBlackHole(targetPort: number): Promise<BlackHole> {
  const sockets = new Set<Socket>();
  let swallows = false;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => {});
    return socket;
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const broker = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const pairs: [Socket, Socket][] = [
      [track(client), track(broker)],
      [broker, client],
    ];
    for (const [from, to] of pairs) {
      from.on("data", (chunk) => {
        if (!swallows) to.write(chunk);
      });
      from.on("close", () => {
        if (!swallows) to.destroy();
      });
      from.on("end", () => {
        if (!swallows) to.end();
      });
    }
  });
  const port = await freePorts();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
  return {
    port,
    open() {
      swallows = true;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
