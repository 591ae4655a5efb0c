import { randomInt, randomUUID } from "node:crypto";
import { Socket } from "node:net";
import { type Channel, type ChannelModel, type ConsumeMessage, connect } from "amqplib";
import { pause } from "../until.ts";
import { type Behaviour, behaviourOf, type CrowdMember, changed, NORMAL, type RunningMember } from "./member.ts";

const CONNECT_WITHIN_MS = 30_000;
/** The alphabet of generated names in Kubernetes. */
const POD_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789";
const MESSAGE = Buffer.from("work");

interface Life {
  readonly ended: Promise<void>;
  apply(behaviour: Behaviour): Promise<void>;
  close(): Promise<void>;
}

/** Runs one application of the crowd until the process ends. `report` receives what is worth a line in a log. */
export function runAmqpMember(member: CrowdMember, url: string, report: (text: string) => void): RunningMember {
  let behaviour = behaviourOf(member);
  let life: Life | null = null;
  const fault = (cause: unknown): void => report(cause instanceof Error ? cause.message : String(cause));
  const live = async (): Promise<never> => {
    await pause(member.delayMs);
    for (let connections = 0; ; ) {
      if (!behaviour.connects) {
        await pause(500);
        continue;
      }
      try {
        life = await openLife(member, url, connections, () => behaviour, report);
        connections++;
        await life.apply(behaviour);
        const planned = await endsAsPlanned(life, member);
        life = null;
        await pause(planned ? member.awayMs : member.reconnectMs);
      } catch (cause) {
        life = null;
        fault(cause);
        await pause(member.reconnectMs);
      }
    }
  };
  void live();
  return {
    change(changes) {
      behaviour = changed(behaviour, changes);
      void (behaviour.connects ? life?.apply(behaviour) : life?.close())?.catch(fault);
    },
  };
}

/** Whether the connection lasted as long as it was meant to. */
async function endsAsPlanned(life: Life, { livesMs, ending }: CrowdMember): Promise<boolean> {
  if (livesMs === 0) {
    await life.ended;
    return false;
  }
  const planned = await Promise.race([pause(livesMs).then(() => true), life.ended.then(() => false)]);
  if (planned && ending === "close") await life.close();
  if (planned && ending === "drop") await life.apply({ ...NORMAL, flapEveryMs: 1 });
  await life.ended;
  return planned;
}

async function openLife(
  member: CrowdMember,
  url: string,
  n: number,
  current: () => Behaviour,
  report: (text: string) => void,
): Promise<Life> {
  const fill = filler(n);
  const open = (): Promise<ChannelModel> => openConnection(member, url, fill, report);
  const connection = await open();
  const ended = new Promise<void>((resolve) => connection.once("close", () => resolve()));
  const channels: Channel[] = [];
  const consumers = await openConsumers(member, connection, fill, current, channels);
  const timers = await startPublishers(member, connection, fill, current);
  const leaked: ChannelModel[] = [];
  let flapping: NodeJS.Timeout | null = null;
  void ended.then(() => {
    for (const timer of timers) clearInterval(timer);
    if (flapping !== null) clearTimeout(flapping);
    for (const one of leaked) void one.close().catch(() => undefined);
  });
  return {
    ended,
    async apply(behaviour) {
      if (behaviour.flapEveryMs > 0) flapping ??= setTimeout(() => drop(connection), behaviour.flapEveryMs);
      for (const consumer of consumers) await consumer.apply(behaviour);
      while (leaked.length < behaviour.leaked) leaked.push(await open());
      for (const one of leaked.splice(behaviour.leaked)) await one.close();
    },
    close: () => connection.close(),
  };
}

const filler = (n: number) => {
  const pod = Array.from({ length: 5 }, () => POD_CHARACTERS[randomInt(POD_CHARACTERS.length)]).join("");
  const values = { n: String(n), uuid: randomUUID(), minute: String(Math.floor(Date.now() / 60_000)), pod };
  return (text: string): string =>
    Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(`{${name}}`, value), text);
};

async function openConnection(
  { name, product, platform, heartbeatSeconds }: CrowdMember,
  url: string,
  fill: (text: string) => string,
  report: (text: string) => void,
): Promise<ChannelModel> {
  const at = new URL(url);
  at.searchParams.set("heartbeat", String(heartbeatSeconds));
  const connection = await connect(at.href, {
    timeout: CONNECT_WITHIN_MS,
    clientProperties: {
      ...(name === null ? {} : { connection_name: fill(name) }),
      ...(product === undefined ? {} : { product, version: "1.0" }),
      ...(platform === undefined ? {} : { platform }),
    },
  });
  connection.on("error", (error: Error) => report(error.message));
  return connection;
}

interface Consumer {
  apply(behaviour: Behaviour): Promise<void>;
}

async function openConsumers(
  member: CrowdMember,
  connection: ChannelModel,
  fill: (text: string) => string,
  current: () => Behaviour,
  channels: Channel[],
): Promise<readonly Consumer[]> {
  const consumers: Consumer[] = [];
  for (const { queue, consumers: count, ...options } of member.consumed) {
    for (let at = 0; at < Math.max(1, count); at++) {
      const channel = await connection.createChannel();
      channel.on("error", () => undefined);
      channels.push(channel);
      await channel.assertQueue(fill(queue), options);
      await channel.prefetch(member.prefetch);
      if (count > 0) consumers.push(consumerOn(channel, fill(queue), current));
    }
  }
  return consumers;
}

function consumerOn(channel: Channel, queue: string, current: () => Behaviour): Consumer {
  let tag: string | null = null;
  let received = 0;
  let working = Promise.resolve();
  const unacked: ConsumeMessage[] = [];
  const settle = (message: ConsumeMessage): void => {
    const { rejectEvery } = current();
    const rejects = rejectEvery > 0 && ++received % rejectEvery === 0;
    ifStillOpen(() => (rejects ? channel.nack(message, false, false) : channel.ack(message)));
  };
  const process = async (message: ConsumeMessage): Promise<void> => {
    const { workMs } = current();
    if (workMs > 0) await pause(workMs);
    if (current().acks) settle(message);
    else unacked.push(message);
  };
  return {
    async apply(behaviour) {
      if (behaviour.acks) for (const message of unacked.splice(0)) settle(message);
      if (behaviour.consumes && tag === null) {
        const { consumerTag } = await channel.consume(queue, (message) => {
          if (message !== null) working = working.then(() => process(message));
        });
        tag = consumerTag;
      }
      if (!behaviour.consumes && tag !== null) {
        const cancelled = tag;
        tag = null;
        await channel.cancel(cancelled);
      }
    },
  };
}

async function startPublishers(
  { published }: CrowdMember,
  connection: ChannelModel,
  fill: (text: string) => string,
  current: () => Behaviour,
): Promise<readonly NodeJS.Timeout[]> {
  if (published.length === 0) return [];
  const channel = await connection.createChannel();
  channel.on("error", () => undefined);
  return published.map(({ queue, everyMs, messages }) =>
    setInterval(() => {
      const { publishes, times } = current();
      if (!publishes) return;
      ifStillOpen(() => {
        for (let sent = 0; sent < messages * times; sent++) channel.sendToQueue(fill(queue), MESSAGE);
      });
    }, everyMs),
  );
}

/** amqplib throws at once when its channel has ended. */
function ifStillOpen(act: () => void): void {
  try {
    act();
  } catch {
    // The next connection goes on.
  }
}

/** Ends the TCP connection without an AMQP close. amqplib does not expose its socket. */
function drop(connection: ChannelModel): void {
  const socket: unknown = Reflect.get(connection.connection, "stream");
  if (!(socket instanceof Socket)) throw new Error("this amqplib has its socket elsewhere");
  // amqplib detects socket errors, but not a plain close.
  socket.destroy(new Error("dropped on purpose"));
}
