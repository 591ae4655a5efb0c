// N real AMQP connections and M queues, held by this one process. It ends when its stdin does, hence with whoever
// started it. Says `{"event":"ready"}` once all stand, and afterwards what was lost.
import { z } from "zod";
import { pause } from "../until.ts";
import { declareQueue, publish } from "./frames.ts";
import { join, type Member } from "./member.ts";

const Options = z.object({
  url: z.string(),
  /** Stands in the name of every connection and queue. */
  name: z.string(),
  connections: z.number(),
  queues: z.number(),
  heartbeatSeconds: z.number(),
  /** Connections closed and opened again in each minute. */
  churnPerMinute: z.number(),
});

/** A broker on two cores takes some hundreds a second; more at once only wait in its backlog of 128. */
const OPENING_AT_ONCE = 64;
/** Of the queues, those that somebody reads. */
const CONSUMED_SHARE = 0.5;
/** Of the queues, those that messages pass through, each once in two seconds. */
const BUSY_SHARE = 0.1;
const PUBLISH_EVERY_MS = 100;
/** Beats are written in small portions, so that this process does not stop for all of them at once. */
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

/** One in seven is a retry queue: it dead-letters back to its neighbour after a minute. */
function declared(at: number, answer: "wait" | "no-wait"): Buffer {
  const back = { "x-message-ttl": 60_000, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": queueAt(at - 1) };
  return declareQueue(queueAt(at), at % 7 === 3 ? back : {}, answer);
}

/** A consumer of a queue that is not there yet is refused, so the last one is waited for. */
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

/** Every half timeout, as most libraries do. */
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
