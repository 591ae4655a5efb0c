import { startFeeder } from "./feeder.ts";
import { startProgram } from "./program.ts";
import type { Place, RunningScenario, Scenario } from "./scenario.ts";

/** RoadRunner's default of 60 s, which is longer than the restart. */
const PATIENT = { redialTimeoutMs: 60_000 };
/** Shorter than any broker restart. */
const IMPATIENT = { redialTimeoutMs: 2_000 };
const FED_EVERY_MS = 500;

/**
 * RoadRunner after a broker restart (#1857), with two applications. In the first, one pipeline reconnects without its
 * consumer and another recovers fully. The second stops redialling and stays disconnected while its health check
 * reports ok. AMQP connections and the status endpoint are real; the program simulates RoadRunner and gives the
 * responses measured on 2025.1.15: `/jobs` blocks while a pipeline redials and returns 503 as a whole once one is dead.
 */
export const redialWithoutConsumer: Scenario = {
  name: "redial-without-consumer",
  shows: "After a broker restart one RoadRunner pipeline comes back without its consumer, and another never does.",
  page: "Overview: who came back and who did not; the sources php and php-old",
  needs: ["broker", "restart"],
  sources: ({ port }) => [
    { id: "php", kind: "roadrunner", statusUrl: `http://127.0.0.1:${port}` },
    { id: "php-old", kind: "roadrunner", statusUrl: `http://127.0.0.1:${port + 1}` },
  ],
  rules: [
    { id: "application-redialing", signal: "application.redialing", warning: 5 },
    { id: "pipeline-broken", signal: "application.broken", critical: 10 },
    { id: "pipeline-not-consuming", signal: "pipeline.unconsumed", critical: 10 },
    { id: "pipeline-gave-up", signal: "pipeline.disconnected", critical: 30 },
  ],
  clients: { learnConsumers: "5s", giveUp: "30s" },
  begin,
};

async function begin({ amqpUrl, port, restartBroker }: Place): Promise<RunningScenario> {
  const run = (at: number, pipelines: readonly object[]) =>
    startProgram("./roadrunner.ts", { amqpUrl, port: at, pipelines });
  const php = (consumesAgain: boolean) =>
    run(port, [
      { ...PATIENT, name: "emails", queue: "emails", consumesAgain },
      { ...PATIENT, name: "exports", queue: "exports", consumesAgain: true },
    ]);
  const old = () => run(port + 1, [{ ...IMPATIENT, name: "invoices", queue: "invoices", consumesAgain: true }]);
  let running = await Promise.all([php(false), old()]);
  const feeder = startFeeder(amqpUrl, "web@php-1", ["emails", "exports", "invoices"], FED_EVERY_MS);
  return {
    scenes: [
      {
        name: "restart",
        atSeconds: 40,
        words:
          "the broker restarts: exports comes back, emails comes back without its consumer, invoices gives up after 2 s",
        async act() {
          await restartBroker?.();
        },
      },
      {
        name: "mended",
        atSeconds: 180,
        words: "both applications are started again: all three consume, and the alerts end",
        async act() {
          await Promise.all(running.map((one) => one.kill()));
          running = await Promise.all([php(true), old()]);
        },
      },
    ],
    async stop() {
      await feeder.stop();
      await Promise.all(running.map((one) => one.kill()));
    },
  };
}
