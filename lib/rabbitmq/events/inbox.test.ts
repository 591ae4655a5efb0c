import { ConsumerStatus } from "rabbitmq-client";
import { expect, test } from "vitest";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import { createInbox, type Inbox } from "@/lib/rabbitmq/events/inbox";

/** Its log exchange delivers. */
function flowing(): Inbox {
  const inbox = createInbox(() => 7);
  inbox.setStatus("log", { is: "flowing", reason: null });
  return inbox;
}
const logOf = (inbox: Inbox) => inbox.pending().status.log;

test("lines in an unknown form are counted, and the exchange is unreadable with a reason", () => {
  const inbox = flowing();
  inbox.recordReading("log", "rabbit@a", false);
  inbox.recordReading("log", "rabbit@a", false);
  expect(logOf(inbox)).toEqual({
    is: "unreadable",
    sinceMs: 7,
    unreadable: 2,
    reason: { code: "logFormatUnknown", params: {} },
  });
  expect(inbox.pending().status.events).toMatchObject({ is: "connecting", unreadable: 0 });
  expect(inbox.isFlowing("log"), "its queue stays bound").toBe(true);
});

test("it stays unreadable after a reconnect, until a line could be read", () => {
  const inbox = flowing();
  inbox.recordReading("log", "rabbit@a", false);
  inbox.setStatus("log", { is: "connecting", reason: null });
  expect(logOf(inbox)).toMatchObject({ is: "connecting", unreadable: 1 });
  inbox.setStatus("log", { is: "flowing", reason: null });
  expect(logOf(inbox)).toMatchObject({ is: "unreadable", unreadable: 1 });
  inbox.recordReading("log", "rabbit@a", true);
  expect(logOf(inbox)).toMatchObject({ is: "flowing", reason: null, unreadable: 1 });
});

test("only a change of the status is an arrival", async () => {
  const inbox = flowing();
  inbox.recordReading("log", "rabbit@a", false);
  inbox.pending();
  let arrived = false;
  const { signal } = new AbortController();
  void inbox.arrival(signal).then(() => {
    arrived = true;
  });
  inbox.recordReading("log", "rabbit@a", false);
  await Promise.resolve();
  expect(arrived).toBe(false);
  inbox.recordReading("log", "rabbit@a", true);
  await expect.poll(() => arrived).toBe(true);
});

test("events in an unknown form have a reason of their own", () => {
  const inbox = createInbox(() => 7);
  inbox.recordReading("events", null, false);
  expect(inbox.pending().status.events).toMatchObject({ is: "unreadable", reason: { code: "eventFormatUnknown" } });
});

test("an event that arrives while the inbox closes is returned to the queue, as are those before it", async () => {
  const event: BrokerEvent = { kind: "stopping", atMs: 7, node: null };
  const inbox = flowing();
  const before = inbox.add(event);
  inbox.close();
  expect(await before).toBe(ConsumerStatus.REQUEUE);
  expect(await inbox.add(event)).toBe(ConsumerStatus.REQUEUE);
  expect(inbox.pending().events).toEqual([]);
});
