import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { streamChanges } from "@/lib/server/api/stream";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Subscribers = Set<(topics: readonly string[]) => void>;

function open() {
  const subscribers: Subscribers = new Set();
  const abort = new AbortController();
  const response = streamChanges(subscribers, abort.signal);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const publish = (...topics: string[]) => {
    for (const subscriber of subscribers) subscriber(topics);
  };
  return { subscribers, abort, response, publish, read: async () => (await reader?.read())?.value ?? null, reader };
}

test("an event has its topics", async () => {
  const stream = open();
  expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
  expect(stream.response.headers.get("cache-control")).toContain("no-cache");
  expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
  expect(await stream.read()).toBe("retry: 2000\n\n");
  stream.publish("broker:main", "webhooks");
  expect(await stream.read()).toBe('event: changed\ndata: {"topics":["broker:main","webhooks"]}\n\n');
});

test("an idle stream sends a comment every 20 seconds", async () => {
  const stream = open();
  await stream.read();
  vi.advanceTimersByTime(20_000);
  expect(await stream.read()).toBe(": alive\n\n");
});

test.each<[string, (stream: ReturnType<typeof open>) => unknown]>([
  ["the client disconnects", ({ abort }) => abort.abort()],
  ["the reader cancels", ({ reader }) => reader?.cancel()],
  ["the server stops", ({ publish }) => publish()],
])("a stream ends when %s", async (_, end) => {
  const stream = open();
  await stream.read();
  expect(stream.subscribers.size).toBe(1);
  await end(stream);
  expect(stream.subscribers.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  expect(await stream.read()).toBeNull();
  // A second end changes nothing.
  stream.abort.abort();
});

test("a stream whose client does not read is closed after 16 events", () => {
  const subscribers: Subscribers = new Set();
  streamChanges(subscribers, new AbortController().signal);
  const [subscriber] = subscribers;
  for (let sent = 0; sent < 16; sent++) subscriber?.(["broker:main"]);
  expect(subscribers.size).toBe(1);
  subscriber?.(["broker:main"]);
  expect(subscribers.size).toBe(0);
});
