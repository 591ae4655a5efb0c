import { connect, type Socket } from "node:net";
import { pause } from "../until.ts";
import { type Behaviour, behaviourOf, type CrowdMember, changed, type RunningMember } from "./member.ts";

/** Packet types of MQTT 3.1.1 with their flags. */
const [CONNECT, CONNACK, PUBLISH, SUBSCRIBE, PING, DISCONNECT] = [0x10, 0x20, 0x30, 0x82, 0xc0, 0xe0];
const CLEAN_SESSION_WITH_PASSWORD = 0xc2;
const CONNECT_WITHIN_MS = 30_000;
/** A client pings well within its keepalive. */
const PINGS_PER_KEEPALIVE = 2;

/** A small MQTT client: it connects, subscribes, publishes with QoS 0, and pings. No npm package is needed for that. */
export function runMqttMember(member: CrowdMember, url: string, report: (text: string) => void): RunningMember {
  let behaviour = behaviourOf(member);
  const live = async (): Promise<never> => {
    await pause(member.delayMs);
    for (;;) {
      try {
        const planned = await oneConnection(member, new URL(url), () => behaviour);
        await pause(planned ? member.awayMs : member.reconnectMs);
      } catch (cause) {
        report(cause instanceof Error ? cause.message : String(cause));
        await pause(member.reconnectMs);
      }
    }
  };
  void live();
  return {
    change(changes) {
      behaviour = changed(behaviour, changes);
    },
  };
}

/** Resolves at the end of the connection; true: it ended in order, as planned. */
async function oneConnection(member: CrowdMember, url: URL, current: () => Behaviour): Promise<boolean> {
  const socket = connect({ host: url.hostname, port: Number(url.port) });
  const ended = new Promise<boolean>((resolve) => socket.once("close", () => resolve(false)));
  socket.on("error", () => undefined);
  const accepted = new Promise<boolean>((resolve) => {
    socket.on("data", (bytes) => resolve(bytes[0] === CONNACK && bytes[3] === 0));
  });
  socket.write(connectPacket(member, url));
  const refused = pause(CONNECT_WITHIN_MS).then(() => false);
  if (!(await Promise.race([accepted, ended, refused]))) {
    socket.destroy();
    throw new Error(`MQTT: the broker did not accept ${member.name}`);
  }
  for (const { queue } of member.consumed) {
    socket.write(packet(SUBSCRIBE, Buffer.concat([uint16(1), text(queue), Buffer.from([0])])));
  }
  const timers = [
    setInterval(
      () => socket.write(packet(PING, Buffer.alloc(0))),
      (member.heartbeatSeconds * 1_000) / PINGS_PER_KEEPALIVE,
    ),
    ...member.published.map(({ queue, everyMs }) =>
      setInterval(() => {
        if (current().publishes) socket.write(packet(PUBLISH, Buffer.concat([text(queue), Buffer.from("21.5")])));
      }, everyMs),
    ),
  ];
  try {
    return await Promise.race([ended, ...(member.livesMs > 0 ? [endInOrder(socket, member.livesMs)] : [])]);
  } finally {
    for (const timer of timers) clearInterval(timer);
  }
}

async function endInOrder(socket: Socket, afterMs: number): Promise<true> {
  await pause(afterMs);
  socket.end(packet(DISCONNECT, Buffer.alloc(0)));
  return true;
}

function connectPacket({ name, heartbeatSeconds }: CrowdMember, url: URL): Buffer {
  const level = Buffer.from([4, CLEAN_SESSION_WITH_PASSWORD]);
  const credentials = [text(decodeURIComponent(url.username)), text(decodeURIComponent(url.password))];
  return packet(
    CONNECT,
    Buffer.concat([text("MQTT"), level, uint16(heartbeatSeconds), text(name ?? ""), ...credentials]),
  );
}

/** Packets of the crowd are shorter than 128 bytes, so one byte is enough for the length. */
const packet = (type: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([type, body.length]), body]);

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
}
