/** The cost of one scrape of the broker's per-object metrics, and the broker's load when scraped every 5 s. */
export interface Row {
  readonly bytes: number | null;
  readonly ms: number | null;
  readonly brokerCores: number;
}

/** One measured period of Lastbeat on one database: its own metrics at the start and every few seconds. */
export interface Run {
  readonly name: string;
  readonly brokerCores: number;
  /** From the broker to Lastbeat, compressed. */
  readonly bytes: number;
  readonly minutes: number;
  readonly before: ReadonlyMap<string, number>;
  readonly scrapes: readonly ReadonlyMap<string, number>[];
  readonly state: string;
}

interface LatencyRow {
  /** The broker's cores without any polling. */
  readonly alone: number;
  readonly perObject: Row;
  readonly runs: readonly Run[];
}

const MIB = 1024 * 1024;
type Line = readonly [what: string, target: string, of: (run: Run) => string];

export function print(title: string, latencies: LatencyRow): void {
  const lines: Line[] = [
    ["state", "", (run) => run.state],
    ["observe→keep p50", "", (run) => seconds(last(run, tick("whole", "0.5")))],
    ["observe→keep p95", "< 2 s", (run) => seconds(last(run, tick("whole", "0.95")))],
    ["  observe p50 / p95", "", (run) => both(run, "observe")],
    ["  derive p50 / p95", "", (run) => both(run, "derive")],
    ["  keep p50 / p95", "", (run) => both(run, "keep")],
    ["polls kept, wanted every", "5 s", (run) => `${polls(run)}, ${seconds(last(run, INTERVAL))}`],
    ["event loop late, p99", "", (run) => ms(most(run, 'lastbeat_event_loop_delay_seconds{quantile="0.99"}'))],
    ["event loop late, max", "< 200 ms", (run) => ms(most(run, 'lastbeat_event_loop_delay_seconds{quantile="1"}'))],
    ["resident memory, max", "< 700 MiB", (run) => mib(most(run, 'lastbeat_memory_bytes{kind="resident"}'))],
    ["database growth an hour", "", (run) => mib(growth(run))],
    ["broker's cores, alone", "", () => cores(latencies.alone)],
    ["broker's cores, polled", "", (run) => cores(run.brokerCores)],
  ];
  const head = ["", "target", ...latencies.runs.map((run) => run.name)];
  const body = lines.map(([what, target, of]) => [what, target, ...latencies.runs.map(of)]);
  process.stdout.write(`\n${title}\n\n${table([head, ...body])}\n\n${table(ratios(latencies))}\n\n`);
}

/** Compares Lastbeat's poll (connections, consumers, queues, nodes, overview) with a scrape of per-object metrics. */
function ratios({ alone, perObject, runs }: LatencyRow): string[][] {
  const head = ["a poll beside a scrape", "per-object", ...runs.flatMap((run) => [run.name, "ratio"])];
  const row = (
    what: string,
    theirs: number | null,
    ours: (run: Run) => number | null,
    unit: (n: number | null) => string,
  ) => [what, unit(theirs), ...runs.flatMap((run) => [unit(ours(run)), ratio(theirs, ours(run))])];
  return [
    head,
    row("bytes, packed", perObject.bytes, bytesOf, (n) => (n === null ? "-" : `${Math.round(n / 1000)} kB`)),
    row(
      "time p50",
      perObject.ms,
      (run) => thousand(last(run, tick("observe", "0.5"))),
      (n) => (n === null ? "-" : `${n.toFixed(0)} ms`),
    ),
    row(
      "broker's cores, added",
      perObject.brokerCores - alone,
      (run) => run.brokerCores - alone,
      (n) => cores(n ?? Number.NaN),
    ),
  ];
}

const tick = (phase: string, quantile: string): string =>
  `lastbeat_tick_seconds{quantile="${quantile}",phase="${phase}"}`;
const INTERVAL = 'lastbeat_broker_poll_interval_seconds{broker="main"}';
const TICKS_SAVED = 'lastbeat_tick_seconds_count{phase="whole"}';
const BYTES = "lastbeat_database_bytes";

const last = (run: Run, key: string): number | null => run.scrapes.at(-1)?.get(key) ?? null;
const most = (run: Run, key: string): number | null => {
  const seen = run.scrapes.flatMap((scrape) => scrape.get(key) ?? []);
  return seen.length === 0 ? null : Math.max(...seen);
};
function polls(run: Run): number | null {
  const [from, to] = [run.before.get(TICKS_SAVED), last(run, TICKS_SAVED)];
  return from === undefined || to === null ? null : to - from;
}
function growth(run: Run): number | null {
  const [from, to] = [run.before.get(BYTES), last(run, BYTES)];
  return from === undefined || to === null ? null : ((to - from) * 60) / run.minutes;
}
function bytesOf(run: Run): number | null {
  const count = polls(run);
  return count === null || count === 0 ? null : run.bytes / count;
}

const thousand = (value: number | null): number | null => (value === null ? null : value * 1000);
const seconds = (value: number | null): string => (value === null ? "-" : `${value.toFixed(2)} s`);
const ms = (value: number | null): string => (value === null ? "-" : `${(value * 1000).toFixed(0)} ms`);
const mib = (value: number | null): string => (value === null ? "-" : `${(value / MIB).toFixed(0)} MiB`);
const cores = (share: number): string => `${(share * 100).toFixed(0)} % of one`;
const ratio = (theirs: number | null, ours: number | null): string =>
  theirs === null || ours === null || theirs <= 0 ? "-" : `x ${(ours / theirs).toFixed(2)}`;
const both = (run: Run, phase: string): string =>
  `${seconds(last(run, tick(phase, "0.5")))} / ${seconds(last(run, tick(phase, "0.95")))}`;

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("   ")}`.trimEnd()).join("\n");
}
