import { Connection } from "rabbitmq-client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Broker } from "@/e2e/world/broker";
import { openBroker } from "@/e2e/world/external-services";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import { createPush, type Push } from "@/lib/rabbitmq/events/push";

const WITHIN_MS = 20_000;

let broker: Broker;

beforeAll(async () => {
  broker = await openBroker();
}, 120_000);
afterAll(() => broker?.kill(), 60_000);

const open = (mark: string): Push => createPush({ amqpUrl: broker.amqpUrl, mark, now: Date.now });

const isOpened =
  (name: string) =>
  (event: BrokerEvent): boolean =>
    event.kind === "opened" && event.connection.userProvidedName === name;

async function flowing(push: Push): Promise<void> {
  await vi.waitFor(() => expect(push.pending().status).toMatchObject({ events: { is: "flowing" } }), WITHIN_MS);
}

/** The log exchange may start to flow after that of the events: its status is an arrival, too, and brings no event. */
async function eventsOf(push: Push, signal: AbortSignal): Promise<number> {
  while (push.pending().events.length === 0 && !signal.aborted) await push.arrival(signal);
  return push.pending().events.length;
}

async function connectOnce(connectionName: string): Promise<void> {
  const client = new Connection({ url: broker.amqpUrl, connectionName });
  await client.acquire().then((channel) => channel.close());
  await client.close();
}

describe("events of a broker", () => {
  test("are pending until they are acknowledged", async () => {
    const push = open("pending");
    await flowing(push);
    await connectOnce("first");
    await vi.waitFor(() => expect(push.pending().events.some(isOpened("first"))).toBe(true), WITHIN_MS);
    expect(push.pending().events.some(isOpened("first")), "read again").toBe(true);
    push.acknowledge(push.pending().events.length);
    expect(push.pending().events).toEqual([]);
    await push.close();
  }, 60_000);

  test("arrive again if they were not acknowledged, and only then", async () => {
    const before = open("again");
    await flowing(before);
    await connectOnce("second");
    await vi.waitFor(() => expect(before.pending().events.some(isOpened("second"))).toBe(true), WITHIN_MS);
    await before.close();

    const after = open("again");
    await vi.waitFor(() => expect(after.pending().events.some(isOpened("second"))).toBe(true), WITHIN_MS);
    after.acknowledge(after.pending().events.length);
    await after.close();

    const last = open("again");
    await flowing(last);
    await connectOnce("third");
    await vi.waitFor(() => expect(last.pending().events.some(isOpened("third"))).toBe(true), WITHIN_MS);
    expect(last.pending().events.some(isOpened("second"))).toBe(false);
    await last.close();
  }, 90_000);

  test("resolve the arrival that awaits them; an abort does too", async () => {
    const push = open("arrival");
    await flowing(push);
    push.acknowledge(push.pending().events.length);
    const arrived = eventsOf(push, AbortSignal.timeout(WITHIN_MS));
    await connectOnce("fourth");
    expect(await arrived).toBeGreaterThan(0);
    await push.close();
    await push.arrival(AbortSignal.abort());
  }, 60_000);
});

test("a broker that cannot be reached is connecting, with the reason", async () => {
  const url = new URL(broker.amqpUrl);
  url.port = "1";
  const push = createPush({ amqpUrl: url.href, mark: "unreachable", now: Date.now });
  await vi.waitFor(() => {
    const { events, log } = push.pending().status;
    expect(events).toMatchObject({ is: "connecting", reason: expect.anything() });
    expect(log).toMatchObject({ is: "connecting", reason: expect.anything() });
  }, WITHIN_MS);
  await push.close();
}, 60_000);
