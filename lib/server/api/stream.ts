import "server-only";

/** A comment at this interval keeps proxies from closing an idle stream. */
const IDLE_COMMENT_MS = 20_000;
/** A client this many events behind does not read: its stream is closed and its browser polls. */
const DESIRED_SIZE_MIN = -16;

type Subscriber = (topics: readonly string[]) => void;

/**
 * A stream of server-sent events: one `changed` event with its topics after each saved tick. It ends when the client
 * disconnects, and when the server stops, which an event without topics announces.
 */
export function streamChanges(subscribers: Set<Subscriber>, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let close = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if ((controller.desiredSize ?? 0) <= DESIRED_SIZE_MIN) close();
        else controller.enqueue(encoder.encode(text));
      };
      const subscriber: Subscriber = (topics) => {
        if (topics.length === 0) close();
        else write(`event: changed\ndata: ${JSON.stringify({ topics })}\n\n`);
      };
      const idleTimer = setInterval(() => write(": alive\n\n"), IDLE_COMMENT_MS);
      close = () => {
        clearInterval(idleTimer);
        if (!subscribers.delete(subscriber)) return;
        signal.removeEventListener("abort", close);
        controller.close();
      };
      subscribers.add(subscriber);
      signal.addEventListener("abort", close);
      write("retry: 2000\n\n");
    },
    cancel: () => close(),
  });
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    // nginx would hold events back until its buffer is full (seen with 1.22).
    "x-accel-buffering": "no",
  };
  return new Response(body, { headers });
}
