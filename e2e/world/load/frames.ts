// The minimum of AMQP 0-9-1 that an idle client needs: a library object for each of 10,000 connections would use
// gigabytes on the machine that also runs the measured broker and Lastbeat.

const FRAME_END = 0xce;
const METHOD = 1;
const HEADER = 2;
const BODY = 3;
const HEARTBEAT = 8;
const FRAME_HEAD_BYTES = 7;
const FRAME_MAX = 131_072;

export const PROTOCOL_HEADER = Buffer.from("AMQP\0\0\x09\x01", "latin1");
/** Class and method ids as they appear at the start of a method frame. */
export const METHODS = {
  start: "10.10",
  tune: "10.30",
  openOk: "10.41",
  closed: "10.50",
  channelOpenOk: "20.11",
  channelClosed: "20.40",
  declareOk: "50.11",
  consumeOk: "60.21",
} as const;

const byte = (value: number): Buffer => Buffer.from([value]);
const short = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const long = (value: number): Buffer => {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(value);
  return four;
};
const shortText = (text: string): Buffer => Buffer.concat([byte(Buffer.byteLength(text)), Buffer.from(text)]);
const longText = (text: string): Buffer => Buffer.concat([long(Buffer.byteLength(text)), Buffer.from(text)]);

type Field = string | number | true | Readonly<Record<string, true>>;

function table(values: Readonly<Record<string, Field>>): Buffer {
  const fields = Object.entries(values).map(([name, value]) => Buffer.concat([shortText(name), fieldOf(value)]));
  const body = Buffer.concat(fields);
  return Buffer.concat([long(body.length), body]);
}

function fieldOf(value: Field): Buffer {
  if (typeof value === "string") return Buffer.concat([Buffer.from("S"), longText(value)]);
  if (typeof value === "number") return Buffer.concat([Buffer.from("I"), long(value)]);
  if (value === true) return Buffer.concat([Buffer.from("t"), byte(1)]);
  return Buffer.concat([Buffer.from("F"), table(value)]);
}

function frame(type: number, channel: number, payload: Buffer): Buffer {
  return Buffer.concat([byte(type), short(channel), long(payload.length), payload, byte(FRAME_END)]);
}

function method(channel: number, classId: number, methodId: number, ...parts: readonly Buffer[]): Buffer {
  return frame(METHOD, channel, Buffer.concat([short(classId), short(methodId), ...parts]));
}

export const heartbeat: Buffer = frame(HEARTBEAT, 0, Buffer.alloc(0));

export function startOk(user: string, password: string, name: string): Buffer {
  const properties = table({
    product: "lastbeat-load",
    version: "1.0.0",
    platform: "Node.js",
    connection_name: name,
    capabilities: { "basic.nack": true, "connection.blocked": true, consumer_cancel_notify: true },
  });
  return method(0, 10, 11, properties, shortText("PLAIN"), longText(`\0${user}\0${password}`), shortText("en_US"));
}

export const tuneOk = (heartbeatSeconds: number): Buffer =>
  method(0, 10, 31, short(16), long(FRAME_MAX), short(heartbeatSeconds));
export const open = (vhost: string): Buffer => method(0, 10, 40, shortText(vhost), shortText(""), byte(0));
export const channelOpen: Buffer = method(1, 20, 10, shortText(""));

/** Declares a durable queue. With `no-wait` the broker sends no reply, so that thousands fit in one write. */
export const declareQueue = (name: string, args: Readonly<Record<string, Field>>, answer: "wait" | "no-wait"): Buffer =>
  method(1, 50, 10, short(0), shortText(name), byte(answer === "wait" ? 0b00010 : 0b10010), table(args));

/** Consumes with automatic acknowledgement, so that no delivery has to be parsed. */
export const consume = (queue: string): Buffer =>
  method(1, 60, 20, short(0), shortText(queue), shortText(""), byte(0b00010), table({}));

export function publish(queue: string, body: Buffer): Buffer {
  const size = Buffer.concat([long(0), long(body.length)]);
  return Buffer.concat([
    method(1, 60, 40, short(0), shortText(""), shortText(queue), byte(0)),
    frame(HEADER, 1, Buffer.concat([short(60), short(0), size, short(0)])),
    frame(BODY, 1, body),
  ]);
}

/** The methods received so far, as `class.method`, and the rest of an incomplete frame. */
export function readMethods(bytes: Buffer): { readonly methods: readonly string[]; readonly rest: Buffer } {
  const methods: string[] = [];
  let at = 0;
  while (at + FRAME_HEAD_BYTES <= bytes.length) {
    const size = bytes.readUInt32BE(at + 3);
    const next = at + FRAME_HEAD_BYTES + size + 1;
    if (next > bytes.length) break;
    const payload = at + FRAME_HEAD_BYTES;
    if (bytes[at] === METHOD) methods.push(`${bytes.readUInt16BE(payload)}.${bytes.readUInt16BE(payload + 2)}`);
    at = next;
  }
  return { methods, rest: bytes.subarray(at) };
}
