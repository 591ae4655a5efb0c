import { expect, test } from "vitest";
import { parseConnections, parseConsumers, parseNodes, parseOverview, parseQueues } from "@/lib/rabbitmq/api/parse";
import { DEMO_CLIENTS } from "./demo/clients.ts";
import { answer } from "./simulated-answers.ts";
import { startSimulatedApi } from "./simulated-api.ts";
import { createSimulatedBroker } from "./simulated-broker.ts";

function fullHouse() {
  const broker = createSimulatedBroker(0);
  for (const { name, queue } of DEMO_CLIENTS)
    broker.connect({ name, queue, timeoutSeconds: 20, messagesPerSecond: 1 }, 0);
  broker.step(5_000);
  return broker;
}

test.each([
  ["/api/connections", DEMO_CLIENTS.length, parseConnections],
  ["/api/consumers", DEMO_CLIENTS.length, parseConsumers],
  ["/api/nodes", 1, parseNodes],
  ["/api/queues", new Set(DEMO_CLIENTS.map(({ queue }) => queue)).size, (json: unknown) => parseQueues(json, "main")],
])("Lastbeat reads every row of %s", (path, rows, parse) => {
  const parsed = parse(answer(fullHouse(), path, 5_000));
  expect(parsed.ok && parsed.value.unreadable).toBe(0);
  expect(parsed.ok && parsed.value.rows.length).toBe(rows);
});

test("the overview marks the broker as simulated", () => {
  const parsed = parseOverview(answer(fullHouse(), "/api/overview", 5_000));
  expect(parsed.ok && parsed.value.simulated).toBe(true);
});

test("it rejects missing credentials and unknown paths, and pages like the real API", async () => {
  const api = await startSimulatedApi();
  try {
    const url = new URL(api.managementUrl);
    const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString("base64")}`;
    const get = (path: string, headers: Record<string, string>) => fetch(`${url.origin}${path}`, { headers });
    expect((await get("/api/overview", {})).status).toBe(401);
    expect((await get("/api/elsewhere", { authorization })).status).toBe(404);
    const page: unknown = await (await get("/api/queues?page=1&page_size=10", { authorization })).json();
    expect(page).toMatchObject({ items: [], page: 1, page_count: 1, total_count: 0 });
  } finally {
    await api.stop();
  }
});
