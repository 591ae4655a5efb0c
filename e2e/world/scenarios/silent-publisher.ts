import { startFeeder } from "./feeder.ts";
import { startProgram } from "./program.ts";
import type { Place, RunningScenario, Scenario } from "./scenario.ts";

const NAME = "shop@orders-1";
const QUEUE = "orders.shop";
const ORDER_EVERY_MS = 400;

/**
 * FastStream before 0.5.0 (#1346): all broker objects of a process share one declarer. After the newest of them is
 * closed, the others publish through a closed channel and block forever; consuming continues. Measured with FastStream
 * 0.4.7 on aio-pika 9.4.0 and aiormq 6.8.0, the versions of its time: such a publish never returned and nothing was
 * logged (on aio-pika 8.2.5 and 9.6.2 it raises ChannelInvalidStateError instead). Connection, heartbeats and health
 * check stay healthy. Here: a real aio-pika with the metrics of FastStream's middleware, names and labels as measured
 * with 0.7.8; only the blocking of the publish is simulated.
 */
export const silentPublisher: Scenario = {
  name: "silent-publisher",
  shows: "A FastStream application goes on receiving and publishes nothing any more; no error anywhere.",
  page: "Overview, the client's own page (what it does), and the source shop",
  needs: ["broker", "python"],
  sources: ({ port }) => [
    { id: "shop", kind: "faststream", metricsUrl: `http://127.0.0.1:${port}/metrics`, client: NAME, pollSeconds: 2 },
  ],
  rules: [
    { id: "client-publish-silent", signal: "client.publish.silent", warning: 20, critical: 600 },
    { id: "subscriber-publish-silent", signal: "subscriber.publish.silent", warning: 20, critical: 600 },
  ],
  clients: {},
  begin,
};

async function begin({ amqpUrl, port }: Place): Promise<RunningScenario> {
  const run = () => startProgram("./faststream_app.py", { amqpUrl, port, name: NAME });
  let app = await run();
  const feeder = startFeeder(amqpUrl, "web@shop-1", [QUEUE], ORDER_EVERY_MS);
  return {
    scenes: [
      {
        name: "hangs",
        // Lastbeat learns a publisher's usual behaviour from six readings of its channels.
        atSeconds: 75,
        words: `another broker object of ${NAME} is closed: it takes orders and publishes nothing. Half a minute later its metrics tell, a minute later its client`,
        act: async () => app.signal("SIGUSR2"),
      },
      {
        name: "restarted",
        atSeconds: 165,
        words: `${NAME} is started again: it publishes, and the alert ends`,
        async act() {
          await app.kill();
          app = await run();
        },
      },
    ],
    async stop() {
      await feeder.stop();
      await app.kill();
    },
  };
}
