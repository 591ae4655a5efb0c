import { readdirSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MINUTE, SECOND } from "../../../lib/base/time/duration.ts";
import { type Broker, startBroker } from "../broker.ts";
import { type Client, spawnClient } from "../clients/spawn.ts";
import { createJobTables } from "../job-tables.ts";
import { freePorts } from "../ports.ts";
import { startPostgres } from "../postgres.ts";
import { type Running, start } from "../processes.ts";
import { rabbitmqDirectory } from "../programs.ts";
import { until } from "../until.ts";
import { ALONE, CAST, REPLICA, REPLICAS } from "./cast.ts";
import { type BehaviourChange, CrowdMember } from "./member.ts";

const PLUGINS = ["rabbitmq_management", "rabbitmq_event_exchange", "rabbitmq_prometheus"];
/** Short-lived members, and those that wait before they begin, are not connected at any given moment. */
const CONNECTIONS_MIN = 30;
const CONNECTED_WITHIN_MS = 180 * SECOND;
const JOBS_EVERY_MS = 5 * SECOND;
const SHOVEL = {
  "src-protocol": "amqp091",
  "src-queue": "inbox",
  "dest-protocol": "amqp091",
  "dest-queue": "archive",
} as const;

export type Alone = keyof typeof ALONE;

/** The broker, the crowd and the job tables, and what a failure does to them. */
export interface WeatherEnvironment {
  readonly broker: Broker;
  /** Through a proxy, so that the database can go away. */
  readonly databaseUrl: string;
  readonly alone: Record<Alone, Client>;
  readonly replicas: Client[];
  change(member: string, behaviour: BehaviourChange["behaviour"]): void;
  /** Starts the client of this name again, after `kill`. */
  revive(name: Alone): Promise<void>;
  startReplica(): Promise<Client>;
  /** Whether connections to the database are accepted; false also ends those that exist. */
  database(reachable: boolean): Promise<void>;
  stop(): Promise<void>;
}

export async function openEnvironment(
  { hurry, root }: { readonly hurry: number; readonly root: string | null },
  report: (text: string) => void,
): Promise<WeatherEnvironment> {
  const hasPlugin = (name: string): boolean => isInstalled(name, root);
  const mqttPort = hasPlugin("rabbitmq_mqtt") ? await freePorts() : null;
  const broker = await startBroker({
    root,
    plugins: [...PLUGINS, ...["rabbitmq_shovel", "rabbitmq_mqtt"].filter(hasPlugin)],
    extraConf: mqttPort === null ? [] : [`mqtt.listeners.tcp.1 = 127.0.0.1:${mqttPort}`],
  });
  const crowd = await startCrowd(broker, mqttPort, hurry, report);
  const spawn = (name: Alone): Promise<Client> => spawnClient({ ...ALONE[name], url: broker.amqpUrl });
  const alone = {
    scanner: await spawn("scanner"),
    probe: await spawn("probe"),
    geocoder: await spawn("geocoder"),
    legacy: await spawn("legacy"),
  };
  const startReplica = async (): Promise<Client> => {
    const replica = await spawnClient({ ...REPLICA, url: broker.amqpUrl });
    await replica.waitFor("connected");
    return replica;
  };
  const replicas: Client[] = [];
  for (let n = 0; n < REPLICAS; n++) replicas.push(await startReplica());
  for (const client of Object.values(alone)) await client.waitFor("connected");
  if (hasPlugin("rabbitmq_shovel")) await startShovel(broker);
  await until("the crowd to be connected", CONNECTED_WITHIN_MS, () => isConnected(broker), SECOND);
  const jobs = await startJobs();
  return {
    broker,
    databaseUrl: jobs.url,
    alone,
    replicas,
    startReplica,
    change: (member, behaviour) => crowd.write(JSON.stringify({ member, behaviour })),
    async revive(name) {
      alone[name] = await spawn(name);
      await alone[name].waitFor("connected");
    },
    database: jobs.reachable,
    async stop() {
      await Promise.all([...Object.values(alone), ...replicas].map((client) => client.kill()));
      await crowd.kill();
      await jobs.stop();
      await broker.kill();
    },
  };
}

function startCrowd(
  broker: Broker,
  mqttPort: number | null,
  hurry: number,
  report: (text: string) => void,
): Promise<Running> {
  const mqttUrl = mqttPort === null ? null : `mqtt://guest:guest@127.0.0.1:${mqttPort}`;
  const members = CAST.map((written) => hastened(CrowdMember.parse(written), hurry));
  const options = { amqpUrl: broker.amqpUrl, mqttUrl, members };
  return start(
    process.execPath,
    [fileURLToPath(new URL("./crowd-process.ts", import.meta.url)), JSON.stringify(options)],
    {
      onLine: (line) => report(`crowd: ${line}`),
    },
  );
}

const SHORTENED_MIN_MS = 10 * SECOND;
/** Three restarts in ten minutes are flapping, which no calm system does. */
const RESTARTS_MIN_MS = 5 * MINUTE;

/** Lives and absences of more than ten seconds become shorter. Whoever restarts within them does so as often as it may. */
function hastened(member: CrowdMember, hurry: number): CrowdMember {
  const shorter = (ms: number, leastMs: number): number =>
    ms > leastMs ? Math.max(leastMs, Math.round(ms / hurry)) : ms;
  const restarts = member.livesMs > RESTARTS_MIN_MS && member.awayMs <= SHORTENED_MIN_MS;
  return {
    ...member,
    livesMs: shorter(member.livesMs, restarts ? RESTARTS_MIN_MS : SHORTENED_MIN_MS),
    awayMs: shorter(member.awayMs, SHORTENED_MIN_MS),
  };
}

function isInstalled(name: string, root: string | null): boolean {
  const bin = root === null ? rabbitmqDirectory() : join(root, "usr/lib/rabbitmq/bin");
  if (bin === null) return false;
  return pluginDirectories(bin).some((dir) => filesOf(dir).some((file) => file.startsWith(`${name}-`)));
}

/** Debian's `bin` stands beside `lib`; the generic package has `plugins` beside `sbin`. */
function pluginDirectories(bin: string): readonly string[] {
  const lib = join(bin, "../lib");
  const versions = filesOf(lib).filter((name) => name.startsWith("rabbitmq_server-"));
  return [join(bin, "../plugins"), ...versions.map((name) => join(lib, name, "plugins"))];
}

function filesOf(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

async function startShovel(broker: Broker): Promise<void> {
  const definition = { ...SHOVEL, "src-uri": broker.amqpUrl, "dest-uri": broker.amqpUrl };
  await broker.ctl(["set_parameter", "shovel", "inbox-to-archive", JSON.stringify(definition)]);
}

async function isConnected(broker: Broker): Promise<boolean> {
  const url = new URL(`${broker.managementUrl}/api/connections?columns=name`);
  const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}`;
  url.username = "";
  url.password = "";
  const answer: unknown = await (await fetch(url, { headers: { authorization } })).json();
  return Array.isArray(answer) && answer.length >= CONNECTIONS_MIN;
}

/** Bitmagnet's job table with a worker that is never behind, on a PostgreSQL behind a proxy. */
async function startJobs() {
  const postgres = await startPostgres();
  const tables = await createJobTables(postgres.url);
  let working = Promise.resolve();
  const timer = setInterval(() => {
    working = working.then(() => tables.addPending(3)).then(() => tables.work(10, 0));
  }, JOBS_EVERY_MS);
  const url = new URL(postgres.url);
  const proxy = await startProxy(Number(url.port));
  url.port = String(proxy.port);
  return {
    url: url.href,
    reachable: proxy.accept,
    async stop() {
      clearInterval(timer);
      await working.catch(() => undefined);
      await proxy.accept(false);
      await tables.close();
      await postgres.stop();
    },
  };
}

async function startProxy(targetPort: number) {
  const port = await freePorts();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect({ port: targetPort, host: "127.0.0.1" });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.pipe(target).pipe(client);
  });
  const accept = async (accepts: boolean): Promise<void> => {
    if (accepts === server.listening) return;
    if (accepts) {
      await new Promise<void>((resolve) => server.listen({ port, host: "127.0.0.1" }, resolve));
      return;
    }
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await accept(true);
  return { port, accept };
}
