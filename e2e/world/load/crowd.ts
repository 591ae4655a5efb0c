// N real AMQP connections and M queues in this one process. It exits when its stdin closes, hence with the process that
// started it. Prints `{"event":"ready"}` once all are open, and afterwards every lost connection.
import { z } from "zod";
import { pause } from "../until.ts";
import { declareQueue, publish } from "./frames.ts";
import { join, type Member } from "./member.ts";

const Options = z.object({
  url: z.string(),
  /** Part of the name of every connection and queue. */
  name: z.string(),
  connections: z.number(),
  queues: z.number(),
  heartbeatSeconds: z.number(),
  /** Connections closed and reopened per minute. */
  churnPerMinute: z.number(),
});

/** A broker on two cores accepts some hundreds per second; more at once only wait in its backlog of 128. */
const OPENING_AT_ONCE = 64;
/** The share of queues with a consumer. */
const CONSUMED_SHARE = 0.5;
/** The share of queues with traffic: one message every two seconds each. */
const BUSY_SHARE = 0.1;
const PUBLISH_EVERY_MS = 100;
/** Heartbeats are written in small batches, so that writing all of them does not block this process. */
const HEARTBEAT_PORTIONS = 100;
const MESSAGE = Buffer.from("work");

const options = Options.parse(JSON.parse(process.argv[2] ?? "{}"));
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const queueAt = (at: number): string => `${options.name}-${at % 7 === 3 ? "retry" : "work"}-${at}`;
const consumed = Math.floor(options.queues * CONSUMED_SHARE);
const members: Member[] = [];
const counts = { lost: 0, reopened: 0 };

const keeper = await join({ ...memberAt(0), name: `${options.name}-keeper`, consumes: "" }, lost);
await declareAll();
await openAll();
say({ event: "ready", connections: members.length + 1, queues: options.queues });
void sendHeartbeats();
void publishForEver();
if (options.churnPerMinute > 0) void churnForEver();
setInterval(() => say({ event: "counts", ...counts }), 10_000);

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function lost(why: string): void {
  counts.lost++;
  say({ event: "lost", why });
}

function memberAt(at: number) {
  return {
    url: options.url,
    name: `${options.name}-${at}@host-${at % 100}`,
    heartbeatSeconds: options.heartbeatSeconds,
    consumes: at < consumed ? queueAt(at) : null,
  };
}

/** Every seventh queue is a retry queue: it dead-letters to its neighbour after a minute. */
function declared(at: number, answer: "wait" | "no-wait"): Buffer {
  const back = { "x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": queueAt(at - 1) };
  return declareQueue(queueAt(at), at % 7 === 3 ? back : {}, answer);
}

/** The broker refuses a consumer of a queue that does not exist yet, so this waits for the last declaration. */
async function declareAll(): Promise<void> {
  if (options.queues === 0) return;
  for (let at = 0; at < options.queues - 1; at++) keeper.write(declared(at, "no-wait"));
  await keeper.ask(declared(options.queues - 1, "wait"));
}

async function openAll(): Promise<void> {
  let next = 0;
  const opener = async (): Promise<void> => {
    while (next < options.connections - 1) {
      const at = next++;
      members[at] = await join(memberAt(at), lost);
      if (next % 1_000 === 0) say({ event: "opened", connections: next });
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, opener));
}

/** Sends at half the timeout, as most libraries do. */
async function sendHeartbeats(): Promise<void> {
  const portionMs = (options.heartbeatSeconds * 1000) / 2 / HEARTBEAT_PORTIONS;
  for (let turn = 0; ; turn = (turn + 1) % HEARTBEAT_PORTIONS) {
    for (let at = turn; at < members.length; at += HEARTBEAT_PORTIONS) members[at]?.sendHeartbeat();
    if (turn === 0) keeper.sendHeartbeat();
    await pause(portionMs);
  }
}

async function publishForEver(): Promise<void> {
  if (options.queues === 0) return;
  const busy = Math.max(1, Math.floor(options.queues * BUSY_SHARE));
  const each = Math.max(1, Math.round((busy * PUBLISH_EVERY_MS) / 2_000));
  for (let at = 0; ; at = (at + each) % busy) {
    for (let one = at; one < at + each; one++) keeper.write(publish(queueAt(one % busy), MESSAGE));
    await pause(PUBLISH_EVERY_MS);
  }
}

async function churnForEver(): Promise<void> {
  const everyMs = 60_000 / options.churnPerMinute;
  for (let at = 0; ; at = (at + 1) % members.length) {
    await pause(everyMs);
    members[at]?.leave();
    try {
      members[at] = await join(memberAt(at), lost);
      counts.reopened++;
    } catch {
      counts.lost++;
    }
  }
}
