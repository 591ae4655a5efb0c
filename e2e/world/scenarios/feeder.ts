import { Connection } from "rabbitmq-client";

export interface Feeder {
  stop(): Promise<void>;
}

/** Publishes a message to each of these queues every `everyMs`, over a connection that comes back by itself. */
export function startFeeder(amqpUrl: string, name: string, queues: readonly string[], everyMs: number): Feeder {
  const connection = new Connection({ url: amqpUrl, connectionName: name, retryLow: 1_000, retryHigh: 1_000 });
  // What fails while the broker is away is left out; the next turn publishes again.
  connection.on("error", () => undefined);
  const publisher = connection.createPublisher();
  const timer = setInterval(() => {
    for (const queue of queues) void publisher.send(queue, { at: Date.now() }).catch(() => undefined);
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      // Its close waits for publishers that are still open, for ever.
      await publisher.close().catch(() => undefined);
      await connection.close().catch(() => undefined);
    },
  };
}
