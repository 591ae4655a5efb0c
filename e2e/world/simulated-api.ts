import { createServer } from "node:http";
import { listen } from "./listen.ts";
import { answer } from "./simulated-answers.ts";
import { createSimulatedBroker, type SimulatedBroker, type SimulatedClient } from "./simulated-broker.ts";

/** Short enough that a heartbeat close is visible within a quarter of a second. */
const STEP_MS = 250;
const AUTHORIZATION = `Basic ${Buffer.from("guest:guest").toString("base64")}`;

export interface SimulatedApi {
  /** Includes credentials, as for a real broker. */
  readonly managementUrl: string;
  connect(client: SimulatedClient): void;
  freeze(name: string): void;
  thaw(name: string): void;
  vanish(name: string): void;
  addMessages(queue: string, count: number): void;
  stop(): Promise<void>;
}

/** A management API without a broker, for the demo on a machine without RabbitMQ. */
export async function startSimulatedApi(): Promise<SimulatedApi> {
  const broker = createSimulatedBroker(Date.now());
  const timer = setInterval(() => broker.step(Date.now()), STEP_MS);
  const { port, close } = await listen(serverFor(broker));
  return {
    managementUrl: `http://guest:guest@127.0.0.1:${port}`,
    connect: (client) => broker.connect(client, Date.now()),
    freeze: (name) => broker.freeze(name),
    thaw: (name) => broker.thaw(name, Date.now()),
    vanish: (name) => broker.vanish(name),
    addMessages: (queue, count) => broker.addMessages(queue, count),
    async stop() {
      clearInterval(timer);
      await close();
    },
  };
}

const serverFor = (broker: SimulatedBroker) =>
  createServer((request, response) => {
    const say = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    // RabbitMQ refuses with 401 for every reason, with this body (measured on 3.10.8).
    if (request.headers.authorization !== AUTHORIZATION) {
      say(401, { error: "not_authorized", reason: "Login failed" });
      return;
    }
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const found = answer(broker, url.pathname.replace(/\/$/, ""), Date.now());
    if (found === null) say(404, { error: "Object Not Found", reason: "Not Found" });
    else say(200, Array.isArray(found) && url.searchParams.has("page") ? paged(found, url.searchParams) : found);
  });

/** With `page`, RabbitMQ wraps a listing in an object. */
function paged(rows: readonly unknown[], query: URLSearchParams): object {
  const size = Number(query.get("page_size") ?? 100);
  const page = Number(query.get("page") ?? 1);
  const items = rows.slice((page - 1) * size, page * size);
  return {
    filtered_count: rows.length,
    item_count: items.length,
    items,
    page,
    page_count: Math.max(1, Math.ceil(rows.length / size)),
    page_size: size,
    total_count: rows.length,
  };
}
