// npm run bench:load [minutes]: a real broker with 5,000 connections and 2,000 queues and a Lastbeat production build.
// Measures the cost for both, compared with scraping the broker's own per-object metrics.
import { parseArgs } from "node:util";
import { type Broker, startBroker } from "../broker.ts";
import { type Lastbeat, startLastbeat } from "../lastbeat.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { postgresDirectory } from "../programs.ts";
import { pause } from "../until.ts";
import { coreShare, quantile, readMetrics, scrapeRegularly, tap } from "./meter.ts";
import { runBuilt } from "./run-built.ts";
import { print, type Row, type Run } from "./table.ts";
import { type Crowd, startCrowd } from "./world.ts";

const POLL_SECONDS = 5;
const SCRAPE_EVERY_MS = 5_000;
/** After thousands of connections have opened, the broker stays busy for a while. */
const SETTLE_MS = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    connections: { type: "string", default: "5000" },
    queues: { type: "string", default: "2000" },
    churn: { type: "string", default: "300" },
    database: { type: "string", default: "both" },
    more: { type: "string", default: "5000" },
    // Seconds. The first polls see every object and run unoptimised code; the event-loop delay covers the last minute.
    warm: { type: "string", default: "75" },
    // Seconds; twelve scrapes.
    alone: { type: "string", default: "60" },
  },
});
const minutes = Number(positionals[0] ?? 3);
const connections = Number(values.connections);
const queues = Number(values.queues);
const WARM_UP_MS = Number(values.warm) * 1000;
const ALONE_MS = Number(values.alone) * 1000;

async function main(): Promise<void> {
  const broker = await startBroker();
  const crowd = await startCrowd(crowdOf(broker, "load", connections, queues));
  say(`${connections} connections and ${queues} queues stand after ${(crowd.readyMs / 1000).toFixed(0)} s`);
  await pause(SETTLE_MS);
  const alone = await coreShare(broker.pid(), () => pause(ALONE_MS));
  say(`the broker with nobody polling: ${percent(alone)} of a core`);
  const perObject = await measurePerObject(broker);
  const runs: Run[] = [];
  const postgres = values.database === "pglite" || postgresDirectory() === null ? null : await startPostgres();
  if (values.database !== "postgres") runs.push(await withLastbeat(broker, "PGlite", undefined, minutes));
  if (postgres !== null) runs.push(await withLastbeat(broker, "PostgreSQL", await databaseOn(postgres), minutes));
  print(`${connections} connections, ${queues} queues, ${minutes} min each`, { alone, perObject, runs });
  if (Number(values.more) > 0) await withMore(broker, postgres);
  await end(broker, [crowd], postgres);
}

async function withMore(broker: Broker, postgres: Postgres | null): Promise<void> {
  const more = await startCrowd(crowdOf(broker, "more", Number(values.more), 0));
  say(`${values.more} more stand after ${(more.readyMs / 1000).toFixed(0)} s`);
  await pause(SETTLE_MS);
  const alone = await coreShare(broker.pid(), () => pause(ALONE_MS));
  const perObject = await measurePerObject(broker);
  const url = postgres === null ? undefined : await databaseOn(postgres);
  const run = await withLastbeat(broker, url === undefined ? "PGlite" : "PostgreSQL", url, Math.min(minutes, 2));
  print(`${connections + Number(values.more)} connections: slower polls, and it says so`, {
    alone,
    perObject,
    runs: [run],
  });
  await more.leave();
}

const crowdOf = (broker: Broker, name: string, members: number, itsQueues: number) => ({
  url: broker.amqpUrl,
  name,
  connections: members,
  queues: itsQueues,
  churnPerMinute: Number(values.churn),
});

let databases = 0;
const databaseOn = (postgres: Postgres): Promise<string> => postgres.createDatabase(`lastbeat_${++databases}`);

async function measurePerObject(broker: Broker): Promise<Row> {
  let seen: Awaited<ReturnType<typeof scrapeRegularly>> = [];
  const brokerCores = await coreShare(broker.pid(), async () => {
    seen = await scrapeRegularly(`${broker.metricsUrl}/metrics/per-object`, POLL_SECONDS * 1000, ALONE_MS);
  });
  const bytes = quantile(
    seen.map((one) => one.bytes),
    0.5,
  );
  const ms = quantile(
    seen.map((one) => one.ms),
    0.5,
  );
  say(
    `per-object metrics: ${bytes} bytes packed in ${ms?.toFixed(0)} ms, the broker at ${percent(brokerCores)} of a core`,
  );
  return { bytes, ms, brokerCores };
}

async function withLastbeat(
  broker: Broker,
  name: string,
  databaseUrl: string | undefined,
  forMinutes: number,
): Promise<Run> {
  const watched = await tap(broker.managementUrl);
  const config = { brokers: [{ id: "main", managementUrl: watched.url, pollSeconds: POLL_SECONDS }] };
  const app = await startLastbeat({ config, logLevel: "warn", ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  try {
    say(`Lastbeat on ${name}: warming up`);
    await pause(WARM_UP_MS);
    const before = await readMetrics(app.url, app.apiToken);
    const bytesBefore = watched.bytes();
    const scrapes: ReadonlyMap<string, number>[] = [];
    const brokerCores = await coreShare(broker.pid(), async () => {
      for (const end_ = performance.now() + forMinutes * 60_000; performance.now() < end_; ) {
        await pause(SCRAPE_EVERY_MS);
        scrapes.push(await readMetrics(app.url, app.apiToken));
      }
    });
    const bytes = watched.bytes() - bytesBefore;
    return { name, brokerCores, bytes, before, scrapes, minutes: forMinutes, state: await stateOf(app) };
  } finally {
    await app.stop();
    app.remove();
    watched.close();
  }
}

async function stateOf(app: Lastbeat): Promise<string> {
  const response = await fetch(`${app.url}/api/v1/brokers`, {
    headers: { authorization: `Bearer ${app.apiToken}` },
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const state = /"state":"([a-z-]+)"/.exec(text)?.[1] ?? "?";
  const because = /"because":"([^"]+)"/.exec(text)?.[1];
  return because === undefined ? state : `${state}: ${because}`;
}

async function end(broker: Broker, crowds: readonly Crowd[], postgres: Postgres | null): Promise<void> {
  for (const crowd of crowds) {
    say(`connections lost on the way: ${crowd.lost()}`);
    await crowd.leave();
  }
  await broker.kill();
  await postgres?.stop();
}

function say(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

// Last, because the constants above must be initialised before it runs.
await runBuilt(main);
