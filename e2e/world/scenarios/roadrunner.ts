// RoadRunner's amqp driver and status plugin as seen by a broker and a poller (roadrunner-server/amqp v4.9.12 to
// v5.2.3, status v5.1.9): one connection per pipeline with amqp091-go's properties and no connection name; publish,
// state and consume channels; a consumer tag that survives redials; redial delays that grow by half until it gives up.
import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { type Channel, type ChannelModel, connect } from "amqplib";
import { z } from "zod";
import { listen } from "../listen.ts";
import { pause } from "../until.ts";

const Options = z.object({
  amqpUrl: z.string(),
  port: z.int(),
  pipelines: z.array(
    z.object({
      name: z.string(),
      queue: z.string(),
      /** The driver gives up redialling after this long. */
      redialTimeoutMs: z.number(),
      /** false: the listener count was 0 when the redial began, so the consumer is not restored (RR#1857). */
      consumesAgain: z.boolean(),
    }),
  ),
});
type Pipeline = z.infer<typeof Options>["pipelines"][number];

/** The properties of amqp091-go itself, as of v1.10. */
const PROPERTIES = {
  product: "AMQP 0.9.1 Client",
  version: "1.10.0",
  platform: "golang",
  copyright: "",
  information: "",
};
const HEARTBEAT_SECONDS = 10;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_GROWS = 1.5;
/** Queues on a user-supplied broker expire. */
const EXPIRES = { "x-expires": 600_000 };

interface Driver {
  readonly pipeline: Pipeline;
  state: "up" | "redialing" | "gave-up";
  ready: boolean;
  stateChannel: Channel | null;
}

const options = Options.parse(JSON.parse(process.argv[2] ?? "{}"));
process.stdin.resume().on("end", () => process.exit(0));
process.on("SIGTERM", () => process.exit(0));

const drivers: readonly Driver[] = options.pipelines.map((pipeline) => ({
  pipeline,
  state: "redialing",
  ready: false,
  stateChannel: null,
}));
await Promise.all(drivers.map((driver) => dial(driver, `roadrunner-${randomUUID()}`, true)));
await listen(
  createServer((request, response) => void status(request.url ?? "", response)),
  options.port,
);
console.log("ready");

async function dial(driver: Driver, tag: string, consumes: boolean): Promise<void> {
  const connection = await open();
  const { queue } = driver.pipeline;
  const publishing = await connection.createConfirmChannel();
  const stateChannel = await connection.createChannel();
  for (const channel of [publishing, stateChannel]) channel.on("error", () => undefined);
  await stateChannel.assertQueue(queue, { durable: true, arguments: EXPIRES });
  if (consumes) await consume(connection, queue, tag);
  Object.assign(driver, { state: "up", ready: consumes, stateChannel });
  connection.once("close", () => void redial(driver, tag));
}

async function open(): Promise<ChannelModel> {
  const url = new URL(options.amqpUrl);
  url.searchParams.set("heartbeat", String(HEARTBEAT_SECONDS));
  const connection = await connect(url.href, { clientProperties: PROPERTIES, timeout: 10_000 });
  connection.on("error", () => undefined);
  return connection;
}

async function consume(connection: ChannelModel, queue: string, consumerTag: string): Promise<void> {
  const channel = await connection.createChannel();
  channel.on("error", () => undefined);
  await channel.prefetch(10);
  await channel.consume(queue, (message) => message && channel.ack(message), { consumerTag });
}

async function redial(driver: Driver, tag: string): Promise<void> {
  const { redialTimeoutMs, consumesAgain } = driver.pipeline;
  const until = performance.now() + redialTimeoutMs;
  Object.assign(driver, { state: "redialing", ready: false, stateChannel: null });
  for (let waits = BACKOFF_FIRST_MS; performance.now() < until; waits *= BACKOFF_GROWS) {
    await pause(waits);
    try {
      await dial(driver, tag, consumesAgain);
      return;
    } catch {
      // Retried until the timeout.
    }
  }
  driver.state = "gave-up";
}

async function status(url: string, response: ServerResponse): Promise<void> {
  const path = url.split("?")[0];
  if (path !== "/jobs") {
    // Neither endpoint depends on the broker: workers exist and are idle.
    const known = path === "/health" || path === "/ready";
    response.writeHead(known ? 200 : 404, { "content-type": "application/json" }).end(known ? "[]" : "");
    return;
  }
  // A redial holds the pipeline's lock, so the request blocks too.
  while (drivers.some((driver) => driver.state === "redialing")) await pause(100);
  const rows = await Promise.all(drivers.map(rowOf));
  if (rows.includes(null)) response.writeHead(503).end("jobs plugin not found");
  else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(rows));
}

/** null: the pipeline cannot be queried, and the whole response fails. */
async function rowOf({ pipeline, ready, stateChannel }: Driver): Promise<object | null> {
  const declared = await stateChannel?.checkQueue(pipeline.queue).catch(() => null);
  if (!declared) return null;
  return {
    ...{ pipeline: pipeline.name, priority: 10, ready, queue: pipeline.queue, active: declared.messageCount },
    ...{ delayed: 0, reserved: 0, driver: "amqp", error_message: "" },
  };
}
