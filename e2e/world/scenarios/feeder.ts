import { Connection } from "rabbitmq-client";

export interface Feeder {
  stop(): Promise<void>;
}

/** Publishes a message to each of these queues every `everyMs`; the connection reconnects by itself. */
export function startFeeder(amqpUrl: string, name: string, queues: readonly string[], everyMs: number): Feeder {
  const connection = new Connection({ url: amqpUrl, connectionName: name, retryLow: 1_000, retryHigh: 1_000 });
  // A publish that fails while the broker is down is skipped; the next interval publishes again.
  connection.on("error", () => undefined);
  const publisher = connection.createPublisher();
  const timer = setInterval(() => {
    for (const queue of queues) void publisher.send(queue, { at: Date.now() }).catch(() => undefined);
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      // Closing the connection would wait forever for publishers that are still open.
      await publisher.close().catch(() => undefined);
      await connection.close().catch(() => undefined);
    },
  };
}
