import { connect } from "amqplib";
import { type Broker, startBroker } from "./broker.ts";
import { type Client, spawnClient } from "./clients/spawn.ts";
import { type Actor, CAST, FLAPS, HEARTBEAT_SECONDS, RETRY } from "./demo-cast.ts";
import { amqpBeside } from "./given.ts";
import { rabbitmqDirectory } from "./programs.ts";
import { type SimulatedApi, startSimulatedApi } from "./simulated-api.ts";

/** Queues left on somebody's broker remove themselves after this long without use. */
const QUEUES_EXPIRE_MS = 10 * 60_000;

/** Where the demo's clients live: a broker, and the hands that move them. */
export interface Stage {
  readonly words: string;
  readonly managementUrl: string;
  readonly amqpUrl: string | null;
  readonly metricsUrl: string | null;
  freeze(name: string): void;
  thaw(name: string): void;
  vanish(name: string): void;
  stop(): Promise<void>;
}

/**
 * The broker at `givenUrl` (a management URL with credentials; AMQP at `givenAmqpUrl`, else on port 5672 of the same
 * host), else a private one where rabbitmq-server is installed, else a simulation. Only the first two have real clients.
 */
export async function openStage(givenUrl: string | undefined, givenAmqpUrl: string | undefined): Promise<Stage> {
  if (givenUrl !== undefined && givenUrl !== "") {
    const host = new URL(givenUrl).host;
    const amqpUrl = givenAmqpUrl ?? amqpBeside(givenUrl);
    const urls = { managementUrl: givenUrl, amqpUrl, metricsUrl: null };
    return await realStage(
      `the broker at ${host} (real), with queues named lastbeat-demo.*`,
      urls,
      "lastbeat-demo.",
      null,
    );
  }
  if (rabbitmqDirectory() === null) return await simulatedStage();
  const broker = await startBroker();
  return await realStage("a private RabbitMQ (real)", broker, "", broker);
}

interface Urls {
  readonly managementUrl: string;
  readonly amqpUrl: string;
  readonly metricsUrl: string | null;
}

async function realStage(words: string, urls: Urls, prefix: string, broker: Broker | null): Promise<Stage> {
  await declareRetry(urls.amqpUrl, prefix);
  const clients = new Map<string, Client>();
  for (const actor of CAST) {
    clients.set(actor.name, await spawnClient({ ...optionsOf(actor, prefix), url: urls.amqpUrl }));
  }
  return {
    ...urls,
    words,
    freeze: (name) => clients.get(name)?.freeze(),
    thaw: (name) => clients.get(name)?.thaw(),
    vanish: (name) => void clients.get(name)?.kill(),
    async stop() {
      await Promise.all([...clients.values()].map((client) => client.kill()));
      await broker?.kill();
    },
  };
}

function optionsOf({ queue, ...actor }: Actor, prefix: string) {
  const retried = queue === RETRY.of;
  const retries = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": prefix + RETRY.queue };
  return {
    ...actor,
    heartbeat: HEARTBEAT_SECONDS,
    queue: prefix + queue,
    queueArguments: { ...expiry(prefix), ...(retried ? retries : {}) },
  };
}

async function declareRetry(amqpUrl: string, prefix: string): Promise<void> {
  const connection = await connect(amqpUrl, { clientProperties: { connection_name: "lastbeat demo set-up" } });
  const channel = await connection.createChannel();
  await channel.assertQueue(prefix + RETRY.queue, {
    durable: true,
    arguments: {
      ...expiry(prefix),
      "x-message-ttl": RETRY.delayMs,
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": prefix + RETRY.of,
    },
  });
  await connection.close();
}

const expiry = (prefix: string): Record<string, number> => (prefix === "" ? {} : { "x-expires": QUEUES_EXPIRE_MS });

async function simulatedStage(): Promise<Stage> {
  const api = await startSimulatedApi();
  for (const actor of CAST) api.connect(simulated(actor));
  const moving = moveSimulation(api);
  return {
    words:
      "a SIMULATED management API: there is no rabbitmq-server on this machine, and no LASTBEAT_BROKER_URL was given",
    managementUrl: api.managementUrl,
    amqpUrl: null,
    metricsUrl: null,
    freeze: api.freeze,
    thaw: api.thaw,
    vanish: api.vanish,
    async stop() {
      for (const timer of moving) clearInterval(timer);
      await api.stop();
    },
  };
}

const simulated = ({ name, queue, publishEveryMs }: Actor) => ({
  name,
  queue,
  timeoutSeconds: HEARTBEAT_SECONDS,
  messagesPerSecond: publishEveryMs > 0 ? 1_000 / publishEveryMs : 0,
});

/** The client that flaps, and a retry queue that breathes. */
function moveSimulation(api: SimulatedApi): NodeJS.Timeout[] {
  const flapping = CAST.filter((actor) => actor.name === FLAPS);
  api.addMessages(RETRY.queue, 0);
  return [
    ...flapping.map((actor) =>
      setInterval(() => {
        api.vanish(actor.name);
        api.connect(simulated(actor));
      }, actor.flapEveryMs),
    ),
    setInterval(() => {
      const filling = Math.floor(Date.now() / RETRY.delayMs) % 2 === 0;
      api.addMessages(RETRY.queue, filling ? 2 : -2);
    }, 1_000),
  ];
}
