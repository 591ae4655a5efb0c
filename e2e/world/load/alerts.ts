// npm run bench:alerts [rounds] [most] [least]: measures the time from a change in a watched table to the webhook
// request, for Lastbeat and for Prometheus with Alertmanager (Debian's packages), with 1, 100 and 10,000 simultaneous
// alerts.
//
// To make them comparable, both read the same data: one table with as many queues as the largest incident. Lastbeat
// reads it (kind `sql`); an exporter in this process exposes the same numbers to Prometheus. Both change at the same
// instant. Every delay counts from that instant to the arrival of the first request that names the queue. No rule has a
// `for`. Prometheus runs with its programs' defaults (scrape and evaluation interval one minute, group_wait 30 s) and
// tuned (15 s, 15 s, group_wait 0 s); each round is a separate group, so that group_interval never applies. Lastbeat
// polls every 15 s, the default, and every 5 s, the shortest interval for this kind.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { type Lastbeat, startLastbeat } from "../lastbeat.ts";
import { listen } from "../listen.ts";
import { freePorts } from "../ports.ts";
import { startPostgres } from "../postgres.ts";
import { type Running, removeDirectory, start, temporaryDirectory } from "../processes.ts";
import { pause, until } from "../until.ts";
import { quantile } from "./meter.ts";
import { runBuilt } from "./run-built.ts";

const ROUNDS = Number(process.argv[2] ?? 2);
const MOST = Number(process.argv[3] ?? 10_000);
const LEAST = Number(process.argv[4] ?? 1);
const ALL_SIZES: readonly (readonly [alerts: number, rounds: number])[] = [
  [1, ROUNDS],
  [100, ROUNDS],
  [10_000, 1],
];
const SIZES = ALL_SIZES.filter(([alerts]) => alerts >= LEAST && alerts <= MOST);
/** As many queues as the largest incident has alerts. */
const QUEUES = MOST;
/** A scrape interval, an evaluation interval and a group_wait of 30 s, doubled for a busy machine. */
const NOTIFIED_WITHIN_MS = 300_000;
const CALM_WITHIN_MS = 120_000;
/** The first polls see every queue for the first time, and run before the JIT compiler has optimised the code. */
const WARM_UP_MS = 40_000;
const READY_WITHIN_MS = 60_000;

/** One measured system, and the time at which it first notified about each queue in the current round. */
interface NotificationCount {
  readonly name: string;
  readonly url: string;
  readonly firstMs: Map<string, number>;
  requests: number;
  close(): Promise<void>;
}

async function notifiedBy(name: string): Promise<NotificationCount> {
  const firstMs = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const atMs = Date.now();
    target.requests++;
    response.writeHead(204).end();
    for (const [, queue = ""] of Buffer.concat(chunks)
      .toString("utf8")
      .matchAll(/"queue":"(q\d+)"/g)) {
      if (!firstMs.has(queue)) firstMs.set(queue, atMs);
    }
  });
  const { port, close } = await listen(server);
  const target: NotificationCount = { name, url: `http://127.0.0.1:${port}/hook`, firstMs, requests: 0, close };
  return target;
}

/** Opens the table and the exporter that serves it as metrics. */
async function openWorld() {
  const postgres = await startPostgres();
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query("CREATE TABLE alarms (queue text PRIMARY KEY, n integer NOT NULL)");
  await client.query(`INSERT INTO alarms SELECT 'q' || i, 0 FROM generate_series(1, ${QUEUES}) i`);
  let wrong = { count: 0, round: 0 };
  const page = (): string =>
    Array.from(
      { length: QUEUES },
      (_, at) => `alarm{queue="q${at + 1}",round="${wrong.round}"} ${at < wrong.count ? 1 : 0}\n`,
    ).join("");
  const exporter = await listen(createServer((_, response) => response.end(page())));
  return {
    databaseUrl: postgres.url,
    exporter: `127.0.0.1:${exporter.port}`,
    /** Puts the first `count` queues into failure; returns the time at which the change is visible to both systems. */
    async trouble(count: number, round: number): Promise<number> {
      await client.query("UPDATE alarms SET n = (substr(queue, 2)::integer <= $1)::integer", [count]);
      wrong = { count, round };
      return Date.now();
    },
    async close() {
      await exporter.close();
      await client.end();
      await postgres.stop();
    },
  };
}
type World = Awaited<ReturnType<typeof openWorld>>;

const watchedBy = (world: World, target: NotificationCount, pollSeconds: number): Promise<Lastbeat> =>
  startLastbeat({
    config: {
      brokers: [],
      sources: [
        {
          ...{ id: "table", kind: "sql", databaseUrl: world.databaseUrl, pollSeconds },
          queries: { counts: "SELECT queue, 'failed' AS state, n AS count FROM alarms" },
        },
      ],
      rules: [{ id: "alarm", signal: "jobs.failed", warning: 1 }],
      webhooks: [{ id: "bench", url: target.url, format: "standard", allowPrivate: true, sendResolved: false }],
      // Each alert is timed by its own delivery, although a burst of alerts is usually grouped into one.
      group: "off",
      // Alerts that fire and resolve in every round would otherwise be reported as flapping.
      flapping: { flips: 100 },
    },
  });

/** Debian's Alertmanager reads its templates from this path, wherever the program is unpacked. */
const TEMPLATES = "/usr/share/prometheus/alertmanager";

/** Debian's packages, unpacked but not installed, so that no service starts. Their templates are linked for the run. */
function unpacked(): string {
  const dir = temporaryDirectory("prometheus");
  const packages = join(dir, "packages");
  mkdirSync(packages);
  execFileSync("apt-get", ["download", "prometheus", "prometheus-alertmanager"], { cwd: packages, stdio: "ignore" });
  for (const name of readdirSync(packages)) execFileSync("dpkg", ["-x", join(packages, name), dir]);
  if (!existsSync(join(dir, "usr/bin/prometheus-alertmanager"))) throw new Error("the packages could not be unpacked");
  if (!existsSync(TEMPLATES)) {
    mkdirSync(dirname(TEMPLATES), { recursive: true });
    // A killed run leaves a dangling link.
    rmSync(TEMPLATES, { force: true });
    symlinkSync(join(dir, TEMPLATES), TEMPLATES);
    process.on("exit", () => rmSync(TEMPLATES, { force: true }));
  }
  return dir;
}

interface Timing {
  readonly scrape: string;
  readonly evaluation: string;
  readonly wait: string;
}

async function startPrometheus(
  root: string,
  world: World,
  target: NotificationCount,
  timing: Timing,
): Promise<readonly Running[]> {
  const dir = join(root, target.name.replace(/\W+/g, "-"));
  mkdirSync(dir);
  const [own, manager] = [await freePorts(), await freePorts()];
  const write = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const rules = write(
    "rules.yml",
    "groups: [{ name: bench, rules: [{ alert: alarm, expr: alarm >= 1, labels: { severity: warning } }] }]\n",
  );
  const config = write(
    "prometheus.yml",
    `global: { scrape_interval: ${timing.scrape}, evaluation_interval: ${timing.evaluation} }
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${manager}"] }] }] }
rule_files: ["${rules}"]
scrape_configs: [{ job_name: world, static_configs: [{ targets: ["${world.exporter}"] }] }]
`,
  );
  const managed = write(
    "alertmanager.yml",
    `route: { receiver: bench, group_by: [alertname, round], group_wait: ${timing.wait} }
receivers: [{ name: bench, webhook_configs: [{ url: "${target.url}", send_resolved: false }] }]
`,
  );
  const bin = (name: string): string => join(root, "usr/bin", name);
  const options = { cwd: dir, env: { PATH: process.env.PATH, HOME: dir, NODE_ENV: process.env.NODE_ENV } };
  const alertmanager = await start(
    bin("prometheus-alertmanager"),
    [
      `--config.file=${managed}`,
      `--storage.path=${join(dir, "am")}`,
      `--web.listen-address=127.0.0.1:${manager}`,
      "--cluster.listen-address=",
    ],
    options,
  );
  const prometheus = await start(
    bin("prometheus"),
    [`--config.file=${config}`, `--storage.tsdb.path=${join(dir, "data")}`, `--web.listen-address=127.0.0.1:${own}`],
    options,
  );
  for (const port of [manager, own]) {
    await until(`${target.name} to be ready`, READY_WITHIN_MS, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/-/ready`, { signal: AbortSignal.timeout(5_000) });
      return answer.ok;
    });
  }
  return [prometheus, alertmanager];
}

/** Runs one incident; returns the delays of each system in ms since the change became visible. */
async function incident(world: World, all: readonly NotificationCount[], alerts: number, round: number) {
  for (const target of all) {
    target.firstMs.clear();
    target.requests = 0;
  }
  const atMs = await world.trouble(alerts, round);
  await until(`${alerts} alerts from every system`, NOTIFIED_WITHIN_MS, () =>
    all.every(({ firstMs }) => firstMs.size >= alerts),
  ).catch(() => process.stdout.write("  (not all were told of all)\n"));
  return all.map(({ firstMs, requests }) => ({
    delays: [...firstMs.values()].map((ms) => ms - atMs),
    requests,
  }));
}

async function calm(world: World, apps: readonly Lastbeat[], round: number): Promise<void> {
  await world.trouble(0, round);
  for (const app of apps) {
    await until("every alert to resolve", CALM_WITHIN_MS, async () => {
      const headers = { authorization: `Bearer ${app.apiToken}` };
      const text = await (await fetch(`${app.url}/metrics`, { headers })).text();
      return !text.includes('alertstate="firing"');
    });
  }
  // A random pause, so that the incident has no fixed phase relative to polls, scrapes and evaluations.
  await pause(Math.random() * 20_000);
}

async function main(): Promise<void> {
  const root = unpacked();
  const world = await openWorld();
  const names = ["lastbeat, every 5 s", "lastbeat, every 15 s", "prometheus, 15 s and 0 s", "prometheus, default"];
  const all = await Promise.all(names.map(notifiedBy));
  const [quick, usual, tuned, plain] = all;
  if (!(quick && usual && tuned && plain)) throw new Error("nobody is measured");
  const apps = [await watchedBy(world, quick, 5), await watchedBy(world, usual, 15)];
  const others = [
    ...(await startPrometheus(root, world, tuned, { scrape: "15s", evaluation: "15s", wait: "0s" })),
    ...(await startPrometheus(root, world, plain, { scrape: "1m", evaluation: "1m", wait: "30s" })),
  ];
  await pause(WARM_UP_MS);
  process.stdout.write("\n  signal visible → webhook accepted\n");
  let round = 0;
  for (const [alerts, rounds] of SIZES) {
    const measured = names.map(() => ({ delays: [] as number[], requests: 0 }));
    for (let n = 0; n < rounds; n++) {
      const seen = await incident(world, all, alerts, ++round);
      for (const [at, { delays, requests }] of seen.entries()) {
        measured[at]?.delays.push(...delays);
        const one = measured[at];
        if (one) one.requests += requests;
      }
      if (n === rounds - 1) print(names, alerts, rounds, measured);
      await calm(world, apps, ++round);
    }
  }
  for (const app of apps) {
    await app.stop();
    app.remove();
  }
  for (const other of others) await other.kill();
  for (const target of all) await target.close();
  await world.close();
  removeDirectory(root);
}

type Measured = { readonly delays: readonly number[]; readonly requests: number };

function print(names: readonly string[], alerts: number, rounds: number, measured: readonly Measured[]): void {
  const load = loadavg()[0]?.toFixed(1) ?? "?";
  process.stdout.write(
    `\n  ${alerts.toLocaleString("en")} at once, ${rounds} × (load average ${load} on this machine)\n`,
  );
  const p95 = (at: number): number => quantile([...(measured[at]?.delays ?? [])], 0.95) ?? Number.NaN;
  for (const [at, name] of names.entries()) {
    const { delays = [], requests = 0 } = measured[at] ?? {};
    const shown = [0.5, 0.95, 1].map((share) => {
      const ms = quantile([...delays], share) ?? Number.NaN;
      return `${(ms / 1000).toFixed(2)} s`.padStart(11);
    });
    const target = `${delays.length} of ${alerts * rounds} in ${requests} requests`;
    const ratio = `${(p95(at) / p95(1)).toFixed(1)} ×`;
    process.stdout.write(`  ${name.padEnd(26)}${shown.join("")}   ${ratio.padStart(8)}   ${target}\n`);
  }
  process.stdout.write("  (p50, p95, max, and p95 against Lastbeat at 15 s)\n");
}

// Last, because the constants above must be initialised before it runs.
await runBuilt(main);
