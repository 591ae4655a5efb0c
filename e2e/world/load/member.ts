import { connect, type Socket } from "node:net";
import {
  channelOpen,
  consume,
  heartbeat,
  METHODS,
  open,
  PROTOCOL_HEADER,
  readMethods,
  startOk,
  tuneOk,
} from "./frames.ts";

/** When thousands connect at once, a broker on two cores lets some wait long. */
const HANDSHAKE_WITHIN_MS = 60_000;

export interface MemberOptions {
  readonly url: string;
  readonly name: string;
  readonly heartbeatSeconds: number;
  /** null: connected without a channel. */
  readonly consumes: string | null;
}

export interface Member {
  /** Writes frames to channel 1. */
  write(frames: Buffer): void;
  /** Writes frames and waits for the broker's replies, which arrive in order within a channel. */
  ask(frames: Buffer): Promise<void>;
  sendHeartbeat(): void;
  leave(): void;
}

/** Opens one connection, optionally with a consumer. `onClosed` is called when the broker closes it. */
export async function join(options: MemberOptions, onClosed: (why: string) => void): Promise<Member> {
  const url = new URL(options.url);
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  let left = false;
  socket.on("close", () => {
    if (!left) onClosed(`${options.name}: the broker closed the connection`);
  });
  socket.on("error", () => undefined);
  await handshake(socket, options, url);
  // From here on the broker's data is discarded; only the end of the connection matters.
  socket.removeAllListeners("data");
  socket.resume();
  return {
    write: (frames) => void socket.write(frames),
    ask: (frames) =>
      new Promise((resolve) => {
        socket.once("data", () => resolve());
        socket.write(frames);
      }),
    sendHeartbeat: () => void socket.write(heartbeat),
    leave: () => {
      left = true;
      socket.destroy();
    },
  };
}

function handshake(socket: Socket, options: MemberOptions, url: URL): Promise<void> {
  const answers: Readonly<Record<string, () => Buffer | null>> = {
    [METHODS.start]: () => startOk(decodeURIComponent(url.username), decodeURIComponent(url.password), options.name),
    [METHODS.tune]: () => Buffer.concat([tuneOk(options.heartbeatSeconds), open("/")]),
    [METHODS.openOk]: () => (options.consumes === null ? null : channelOpen),
    [METHODS.channelOpenOk]: () =>
      options.consumes === null || options.consumes === "" ? null : consume(options.consumes),
    [METHODS.consumeOk]: () => null,
  };
  return new Promise((resolve, reject) => {
    let rest: Buffer = Buffer.alloc(0);
    const late = setTimeout(() => refuse("no handshake in time"), HANDSHAKE_WITHIN_MS);
    const refuse = (why: string): void => {
      clearTimeout(late);
      socket.destroy();
      reject(new Error(`${options.name}: ${why}`));
    };
    socket.once("error", (error) => refuse(error.message));
    socket.once("connect", () => socket.write(PROTOCOL_HEADER));
    socket.on("data", (bytes: Buffer) => {
      const read = readMethods(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
      rest = read.rest;
      for (const method of read.methods) {
        const answer = answers[method];
        if (answer === undefined) return refuse(`the broker said ${method}`);
        const frames = answer();
        if (frames !== null) socket.write(frames);
        else {
          clearTimeout(late);
          resolve();
        }
      }
    });
  });
}
