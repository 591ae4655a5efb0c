// npm run bench:latency [clients]: kills real clients, or freezes them until the broker closes their connection, and
// measures the time from that end to the accepted signed webhook, with broker events (amqpUrl) and with polling only.
import { type Broker, startBroker } from "../broker.ts";
import { type Client, spawnClient } from "../clients/spawn.ts";
import { type Lastbeat, startLastbeat } from "../lastbeat.ts";
import { type Received, type Receiver, startReceiver } from "../receiver.ts";
import { pause, until } from "../until.ts";
import { quantile } from "./meter.ts";
import { runBuilt } from "./run-built.ts";

const CLIENTS = Number(process.argv[2] ?? 20);
const HEARTBEAT_SECONDS = 5;
const POLL_SECONDS = 5;
/** Not a multiple of the poll interval, so that connections end at varying times between two polls. */
const EVERY_MS = 1_300;
const ALL_WITHIN_MS = 120_000;
/** The first polls see every client for the first time, and run before the JIT compiler has optimised the code. */
const WARM_UP_MS = 30_000;

interface Watcher {
  readonly name: string;
  readonly app: Lastbeat;
  readonly receiver: Receiver;
}

async function main(): Promise<void> {
  const broker = await startBroker();
  const watchers = [await watch("events", broker, broker.amqpUrl), await watch("polled", broker, undefined)];
  const clients = await Promise.all(Array.from({ length: CLIENTS }, (_, at) => join(broker, at)));
  await pause(WARM_UP_MS);
  const ended = new Map<string, number>();
  for (const [at, { name, client }] of clients.entries()) {
    if (at % 2 === 0) {
      ended.set(name, Date.now());
      await client.kill();
    } else client.freeze();
    await pause(EVERY_MS);
  }
  for (const { receiver } of watchers) {
    await until(
      "a notification for every ended connection",
      ALL_WITHIN_MS,
      () => new Set(receiver.received.flatMap(clientOf)).size >= CLIENTS,
    );
  }
  const withEvents = watchers[0];
  if (!withEvents) throw new Error("nobody watched");
  for (const [name, atMs] of await closedByBroker(withEvents.app)) if (!ended.has(name)) ended.set(name, atMs);
  print(watchers, ended);
  for (const { app } of watchers) await app.stop();
  await broker.kill();
}

async function join(broker: Broker, at: number): Promise<{ name: string; client: Client }> {
  const name = `${at % 2 === 0 ? "killed" : "frozen"}-${at}`;
  const options = { url: broker.amqpUrl, name, heartbeat: HEARTBEAT_SECONDS, queue: null, reconnect: false };
  const client = await spawnClient({ ...options, library: at % 4 < 2 ? "amqplib" : "rabbitmq-client" });
  await client.waitFor("connected");
  return { name, client };
}

async function watch(name: string, broker: Broker, amqpUrl: string | undefined): Promise<Watcher> {
  const receiver = await startReceiver();
  const { managementUrl } = broker;
  const amqp = amqpUrl === undefined ? {} : { amqpUrl };
  const app = await startLastbeat({
    config: {
      brokers: [{ id: "main", managementUrl, ...amqp, pollSeconds: POLL_SECONDS }],
      rules: [{ id: "ended", signal: "client.absent", comparison: "above", warning: 0.001 }],
      webhooks: [{ id: "ops", url: receiver.url, format: "standard", secret: receiver.secret, allowPrivate: true }],
      // Each client is timed by its own delivery.
      group: "off",
    },
  });
  return { name, app, receiver };
}

/** The client whose end this notification reports; empty for any other request. */
function clientOf({ body, signatureValid }: Received): string[] {
  const name = /"(?:killed|frozen)-\d+"/.exec(body)?.[0].slice(1, -1);
  return signatureValid && name !== undefined && body.includes('"ended"') ? [name] : [];
}

/** The times at which the broker closed each client, from its own events. */
async function closedByBroker(app: Lastbeat): Promise<ReadonlyMap<string, number>> {
  const ask = async (path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${app.apiToken}` };
    return (await fetch(`${app.url}${path}`, { headers, signal: AbortSignal.timeout(30_000) })).text();
  };
  const list: { items: { id: string; name: string }[] } = JSON.parse(await ask("/api/v1/clients?limit=200"));
  const closed = new Map<string, number>();
  for (const { id, name } of list.items) {
    const history: { sessions: { closedMs: number | null }[] } = JSON.parse(await ask(`/api/v1/clients/${id}`));
    const atMs = history.sessions[0]?.closedMs;
    if (atMs) closed.set(name, atMs);
  }
  return closed;
}

function print(watchers: readonly Watcher[], ended: ReadonlyMap<string, number>): void {
  process.stdout.write(
    `\n${CLIENTS} ends, half by SIGKILL, half by missed heartbeats; a poll each ${POLL_SECONDS} s\n\n`,
  );
  process.stdout.write("  end → webhook accepted        p50       p95       max\n");
  for (const { name, receiver } of watchers) {
    for (const how of ["killed", "frozen"]) {
      const delays = delaysOf(receiver, ended, how);
      const shown = [0.5, 0.95, 1].map((share) =>
        `${((quantile(delays, share) ?? Number.NaN) / 1000).toFixed(2)} s`.padStart(10),
      );
      process.stdout.write(`  ${`${name}, ${how}`.padEnd(22)}${shown.join("")}   of ${delays.length}\n`);
    }
  }
  process.stdout.write(`\n  target: with events p95 ≤ 2 s; polled ≤ 1 poll + 2 s = ${POLL_SECONDS + 2} s\n`);
}

function delaysOf(receiver: Receiver, ended: ReadonlyMap<string, number>, how: string): number[] {
  const first = new Map<string, number>();
  for (const request of receiver.received) {
    const [name] = clientOf(request);
    if (name?.startsWith(how) && !first.has(name)) first.set(name, request.atMs);
  }
  return [...first].flatMap(([name, atMs]) => {
    const endedMs = ended.get(name);
    return endedMs === undefined ? [] : [atMs - endedMs];
  });
}

// Last, because the constants above must be initialised before it runs.
await runBuilt(main);
