// A real AMQP client in its own process, so that the whole client can be frozen, thawed and killed. It exits when its
// stdin closes, hence with the process that started it.

import { Socket } from "node:net";
import { type ChannelModel, connect } from "amqplib";
import { Connection, ConsumerStatus } from "rabbitmq-client";
import { messageOf } from "../../../lib/base/errors/message.ts";
import { pause } from "../until.ts";
import { type ClientEvent, ClientOptions } from "./options.ts";

const RECONNECT_AFTER_MS = 1_000;
/** For each reply of the handshake; on a busy machine ten seconds were not enough. */
const CONNECT_WITHIN_MS = 30_000;

const options = ClientOptions.parse(JSON.parse(process.argv[2] ?? "{}"));
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));
/** Closes the current connection in an orderly fashion. */
let goodbye: () => Promise<void> = () => Promise.resolve();
process.on("SIGUSR2", () => void goodbye().then(() => process.exit(0)));

if (options.library === "amqplib") await runAmqplib();
else await runRabbitmqClient();

function say(event: ClientEvent["event"], detail?: string): void {
  process.stdout.write(`${JSON.stringify({ event, atMs: Date.now(), ...(detail === undefined ? {} : { detail }) })}\n`);
}

async function runAmqplib(): Promise<void> {
  do {
    try {
      await oneAmqplibConnection();
    } catch (cause) {
      say("error", messageOf(cause));
    }
    if (options.reconnect) await pause(RECONNECT_AFTER_MS);
  } while (options.reconnect);
  process.exit(0);
}

/** Resolves when the connection has ended, for whatever reason. */
async function oneAmqplibConnection(): Promise<void> {
  const connection = await connectAmqplib();
  goodbye = () => connection.close();
  const ended = new Promise<void>((resolve) => connection.once("close", () => resolve()));
  const channel = await connection.createChannel();
  channel.on("error", (error: Error) => say("error", error.message));
  const timers: NodeJS.Timeout[] = [];
  const { queue } = options;
  if (queue !== null) {
    await channel.prefetch(options.prefetch);
    await channel.assertQueue(queue, { durable: true, arguments: options.queueArguments });
    const rejects = everyNth(options.rejectEvery);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null || !options.acks) return;
      ifStillOpen(() => (rejects() ? channel.nack(message, false, false) : channel.ack(message)));
    });
    timers.push(...after(options.cancelAfterMs, () => ifStillOpen(() => void channel.cancel(consumerTag))));
    if (options.publishEveryMs > 0) {
      const publish = (): void => ifStillOpen(() => void channel.sendToQueue(queue, Buffer.from("work")));
      const publishing = setInterval(publish, options.publishEveryMs);
      timers.push(publishing, ...after(options.publishForMs, () => clearInterval(publishing)));
    }
  }
  if (options.leakConnections > 0) {
    timers.push(setTimeout(() => void leak(() => connectAmqplib()), options.leakAfterMs));
  }
  say("connected");
  if (options.flapEveryMs > 0) timers.push(setTimeout(() => drop(connection), options.flapEveryMs));
  await ended;
  for (const timer of timers) clearInterval(timer);
  say("closed");
}

async function connectAmqplib(): Promise<ChannelModel> {
  const url = new URL(options.url);
  url.searchParams.set("heartbeat", String(options.heartbeat));
  const named = options.name === null ? {} : { connection_name: options.name };
  const connection = await connect(url.href, { clientProperties: named, timeout: CONNECT_WITHIN_MS });
  connection.on("error", (error: Error) => say("error", error.message));
  return connection;
}

function after(ms: number, act: () => void): NodeJS.Timeout[] {
  return ms > 0 ? [setTimeout(act, ms)] : [];
}

async function leak(open: () => Promise<unknown>): Promise<void> {
  try {
    for (let opened = 0; opened < options.leakConnections; opened++) await open();
  } catch (cause) {
    say("error", messageOf(cause));
  }
}

/** After a thaw, timers run before the client notices the lost connection; the library then throws synchronously. */
function ifStillOpen(act: () => void): void {
  try {
    act();
  } catch (cause) {
    say("error", messageOf(cause));
  }
}

/** Closes the TCP connection without an AMQP close. The library does not expose its socket. */
function drop(connection: ChannelModel): void {
  const socket: unknown = Reflect.get(connection.connection, "stream");
  if (!(socket instanceof Socket)) throw new Error("this amqplib keeps its socket elsewhere");
  // amqplib detects socket errors and orderly ends, but not a plain close.
  socket.destroy(new Error("dropped on purpose"));
}

async function runRabbitmqClient(): Promise<void> {
  const connection = connectRabbitmqClient();
  goodbye = () => connection.close();
  connection.on("connection", () => say("connected"));
  // The library reports a lost connection as an error and then reconnects by itself.
  connection.on("error", (error: Error) => {
    say("closed", error.message);
    if (!options.reconnect) process.exit(0);
  });
  const { queue } = options;
  if (options.leakConnections > 0) setTimeout(() => void leak(leakRabbitmqClient), options.leakAfterMs);
  if (queue === null) return;
  const rejects = everyNth(options.rejectEvery);
  const declared = { queue, durable: true, arguments: options.queueArguments };
  const consumer = connection.createConsumer(
    { queue, queueOptions: declared, qos: { prefetchCount: options.prefetch } },
    () => {
      // The handler never settles, so the library never acknowledges.
      if (!options.acks) return new Promise<ConsumerStatus>(() => undefined);
      return Promise.resolve(rejects() ? ConsumerStatus.DROP : ConsumerStatus.ACK);
    },
  );
  // Without a listener, a consumer that fails while the client reconnects would end the process.
  consumer.on("error", (error: Error) => say("error", error.message));
  after(options.cancelAfterMs, () => void consumer.close());
  goodbye = () => consumer.close().then(() => connection.close());
  if (options.publishEveryMs > 0) await publishThrough(connection, queue);
}

function connectRabbitmqClient(): Connection {
  return new Connection({
    url: options.url,
    heartbeat: options.heartbeat,
    ...(options.name === null ? {} : { connectionName: options.name }),
    retryLow: RECONNECT_AFTER_MS,
    retryHigh: RECONNECT_AFTER_MS,
    connectionTimeout: 10_000,
  });
}

async function leakRabbitmqClient(): Promise<void> {
  const connection = connectRabbitmqClient();
  connection.on("error", (error: Error) => say("error", error.message));
  await connection.onConnect();
}

async function publishThrough(connection: Connection, queue: string): Promise<void> {
  const publisher = connection.createPublisher();
  const untilMs = options.publishForMs > 0 ? performance.now() + options.publishForMs : Number.POSITIVE_INFINITY;
  while (performance.now() < untilMs) {
    await pause(options.publishEveryMs);
    await publisher.send(queue, "work").catch((error: Error) => say("error", error.message));
  }
}

function everyNth(n: number): () => boolean {
  let seen = 0;
  return () => n > 0 && ++seen % n === 0;
}
