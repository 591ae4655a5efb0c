import { createJobTables } from "../job-tables.ts";
import { startPglite } from "../pglite.ts";
import { freePorts } from "../ports.ts";
import { startPostgres } from "../postgres.ts";
import { postgresDirectory, pythonWithAmqp, rabbitmqDirectory } from "../programs.ts";
import { playByClock } from "../scenarios/play.ts";
import { PORTS_EACH, type Scenario } from "../scenarios/scenario.ts";
import { CALM_CLIENTS, DEMO_CLIENTS } from "./clients.ts";
import { type DemoEnvironment, openDemoEnvironment } from "./environment.ts";
import { runTimeline } from "./timeline.ts";

const POLL_SECONDS = 2;

type Report = (words: string) => void;
/** Registers a cleanup function; cleanup runs in reverse order. */
type Undo = (act: () => Promise<unknown>) => void;

/** A running demo environment, healthy or not, and the Lastbeat configuration for it. */
export interface DemoScenario {
  readonly stage: DemoEnvironment;
  readonly sources: readonly object[];
  readonly rules: readonly object[];
  /** The `clients` settings of the broker. */
  readonly clients: object;
  /** Lines printed for the user: what is running, and what will happen when. */
  readonly words: readonly string[];
  /** Called once Lastbeat is ready; starts the timeline unless it is already running. */
  begin(): void;
}

const given = () => ({
  givenUrl: process.env.LASTBEAT_BROKER_URL || undefined,
  givenAmqpUrl: process.env.LASTBEAT_AMQP_URL || undefined,
});

/** The demo without a scenario name: several kinds of incident in a repeating cycle. */
export async function openPlain(report: Report, undo: Undo): Promise<DemoScenario> {
  const stage = await openDemoEnvironment(given(), DEMO_CLIENTS);
  undo(stage.stop);
  const database = await (postgresDirectory() === null ? startPglite() : startPostgres());
  undo(database.stop);
  const tables = await createJobTables(database.url);
  undo(tables.close);
  undo(await runTimeline(stage, tables, report));
  const where = postgresDirectory() === null ? "PGlite" : "a private PostgreSQL";
  return {
    stage,
    sources: [
      { id: "bitmagnet", kind: "bitmagnet", databaseUrl: database.url, pollSeconds: POLL_SECONDS },
      { id: "videos", kind: "peertube", databaseUrl: database.url, pollSeconds: POLL_SECONDS },
    ],
    rules: [],
    clients: {},
    words: [`job tables ${where}, real tables of Bitmagnet and PeerTube`],
    begin: () => undefined,
  };
}

/** One incident among clients without incidents. */
export async function openScenario(scenario: Scenario, report: Report, undo: Undo): Promise<DemoScenario> {
  const missing = lacks(scenario);
  if (missing.length > 0) throw new Error(`${scenario.name} cannot be played without ${missing.join(", and ")}`);
  const stage = await openDemoEnvironment(given(), CALM_CLIENTS);
  undo(stage.stop);
  const postgres = await startPostgres();
  undo(postgres.stop);
  const place = {
    amqpUrl: stage.amqpUrl ?? "",
    restartBroker: stage.restart,
    databaseUrl: await postgres.createDatabase(scenario.name),
    port: await freePorts(PORTS_EACH),
  };
  const story = await scenario.begin(place);
  undo(story.stop);
  return {
    stage,
    sources: scenario.sources(place),
    rules: scenario.rules,
    clients: scenario.clients,
    words: [
      `scenario   ${scenario.name}: ${scenario.shows}`,
      `open       ${scenario.page}`,
      ...story.scenes.map(({ atSeconds, words }) => `after ${String(atSeconds).padStart(3)} s ${words}`),
      ...(scenario.rules.length === 0
        ? []
        : ["(thresholds of its rules are seconds here, where the built-in ones are minutes)"]),
    ],
    begin: () => undo(playByClock(story, report)),
  };
}

/** The prerequisites of the scenario that this machine lacks, as text. */
function lacks({ needs }: Scenario): readonly string[] {
  const named = given().givenUrl !== undefined;
  const installed = rabbitmqDirectory() !== null;
  const without = {
    broker: named || installed ? null : "a RabbitMQ (rabbitmq-server here, or one named in LASTBEAT_BROKER_URL)",
    restart:
      installed && !named ? null : "a RabbitMQ it may restart (rabbitmq-server here, and no LASTBEAT_BROKER_URL)",
    python: pythonWithAmqp() === null ? "a Python 3 with pika and aio-pika" : null,
  };
  const database = postgresDirectory() === null ? ["a PostgreSQL server installed here"] : [];
  return [...database, ...needs.flatMap((need) => without[need] ?? [])];
}
