import "server-only";

/** A comment now and then tells proxies that the stream is alive. */
const ALIVE_EVERY_MS = 20_000;
/** A reader this many events behind is not reading: it is dropped, and its browser polls. */
const BEHIND_MAX = -16;

/** One event `changed` with its topics after each kept tick. Ends when the reader leaves or the server stops. */
export function streamChanges(listeners: Set<(topics: readonly string[]) => void>, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let leave = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if ((controller.desiredSize ?? 0) <= BEHIND_MAX) leave();
        else controller.enqueue(encoder.encode(text));
      };
      const listener = (topics: readonly string[]) => {
        if (topics.length === 0) leave();
        else write(`event: changed\ndata: ${JSON.stringify({ topics })}\n\n`);
      };
      const alive = setInterval(() => write(": alive\n\n"), ALIVE_EVERY_MS);
      leave = () => {
        clearInterval(alive);
        if (!listeners.delete(listener)) return;
        signal.removeEventListener("abort", leave);
        controller.close();
      };
      listeners.add(listener);
      signal.addEventListener("abort", leave);
      write("retry: 2000\n\n");
    },
    cancel: () => leave(),
  });
  const headers = { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" };
  return new Response(body, { headers });
}
