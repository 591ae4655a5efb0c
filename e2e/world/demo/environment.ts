import { connect } from "amqplib";
import { type Broker, startBroker } from "../broker.ts";
import { type Client, spawnClient } from "../clients/spawn.ts";
import { amqpBeside } from "../external-services.ts";
import { rabbitmqDirectory } from "../programs.ts";
import { type SimulatedApi, startSimulatedApi } from "../simulated-api.ts";
import { type DemoClient, FLAPS, HEARTBEAT_SECONDS, RETRY } from "./clients.ts";

/** Queues on a user-supplied broker expire after this long without use. */
const QUEUES_EXPIRE_MS = 10 * 60_000;

/** The broker of the demo's clients, and the functions that control these clients. */
export interface DemoEnvironment {
  readonly words: string;
  readonly managementUrl: string;
  readonly amqpUrl: string | null;
  readonly metricsUrl: string | null;
  freeze(name: string): void;
  thaw(name: string): void;
  vanish(name: string): void;
  /** null: the broker is not ours, or the demo runs a simulation. */
  readonly restart: (() => Promise<void>) | null;
  stop(): Promise<void>;
}

/** A broker supplied by the user; undefined without one. */
interface Given {
  readonly givenUrl: string | undefined;
  readonly givenAmqpUrl: string | undefined;
}

/**
 * Opens the broker at `givenUrl` (a management URL with credentials; AMQP at `givenAmqpUrl`, else on port 5672 of the
 * same host), else a private one if rabbitmq-server is installed, else a simulation. The first two have real clients.
 */
export async function openDemoEnvironment(
  { givenUrl, givenAmqpUrl }: Given,
  cast: readonly DemoClient[],
): Promise<DemoEnvironment> {
  if (givenUrl !== undefined) {
    const host = new URL(givenUrl).host;
    const amqpUrl = givenAmqpUrl ?? amqpBeside(givenUrl);
    const urls = { managementUrl: givenUrl, amqpUrl, metricsUrl: null };
    const words = `the broker at ${host} (real), with queues named lastbeat-demo.*`;
    return await realStage({ words, urls, prefix: "lastbeat-demo.", broker: null }, cast);
  }
  if (rabbitmqDirectory() === null) return await simulatedStage(cast);
  const broker = await startBroker();
  return await realStage({ words: "a private RabbitMQ (real)", urls: broker, prefix: "", broker }, cast);
}

interface Urls {
  readonly managementUrl: string;
  readonly amqpUrl: string;
  readonly metricsUrl: string | null;
}

interface Real {
  readonly words: string;
  readonly urls: Urls;
  /** Prefix of the queue names. */
  readonly prefix: string;
  /** null: the broker is supplied by the user. */
  readonly broker: Broker | null;
}

async function realStage({ words, urls, prefix, broker }: Real, cast: readonly DemoClient[]): Promise<DemoEnvironment> {
  await declareRetry(urls.amqpUrl, prefix);
  const clients = new Map<string, Client>();
  for (const actor of cast) {
    clients.set(actor.name, await spawnClient({ ...optionsOf(actor, prefix), url: urls.amqpUrl }));
  }
  return {
    managementUrl: urls.managementUrl,
    amqpUrl: urls.amqpUrl,
    metricsUrl: urls.metricsUrl,
    words,
    restart: broker && (() => broker.restart("orderly")),
    freeze: (name) => clients.get(name)?.freeze(),
    thaw: (name) => clients.get(name)?.thaw(),
    vanish: (name) => void clients.get(name)?.kill(),
    async stop() {
      await Promise.all([...clients.values()].map((client) => client.kill()));
      await broker?.kill();
    },
  };
}

function optionsOf({ queue, ...actor }: DemoClient, prefix: string) {
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

async function simulatedStage(cast: readonly DemoClient[]): Promise<DemoEnvironment> {
  const api = await startSimulatedApi();
  for (const actor of cast) api.connect(simulated(actor));
  const moving = moveSimulation(api, cast);
  return {
    words:
      "a SIMULATED management API: there is no rabbitmq-server on this machine, and no LASTBEAT_BROKER_URL was given",
    managementUrl: api.managementUrl,
    amqpUrl: null,
    metricsUrl: null,
    restart: null,
    freeze: api.freeze,
    thaw: api.thaw,
    vanish: api.vanish,
    async stop() {
      for (const timer of moving) clearInterval(timer);
      await api.stop();
    },
  };
}

const simulated = ({ name, queue, publishEveryMs }: DemoClient) => ({
  name,
  queue,
  timeoutSeconds: HEARTBEAT_SECONDS,
  messagesPerSecond: publishEveryMs > 0 ? 1_000 / publishEveryMs : 0,
});

/** Simulates a flapping client and a retry queue that fills and drains. */
function moveSimulation(api: SimulatedApi, cast: readonly DemoClient[]): NodeJS.Timeout[] {
  const flapping = cast.filter((actor) => actor.name === FLAPS);
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
