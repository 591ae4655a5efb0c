import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { AlertView } from "@/lib/views/alerts/schema";
import type { ClientRow, ClientView } from "@/lib/views/clients/schema";
import type { IncidentView } from "@/lib/views/incidents/schema";
import type { OverviewVerdict, Trouble, TroubleLine } from "@/lib/views/overview/schema";
import type { PanelView } from "@/lib/views/panels/schema";
import type { RunnerView } from "@/lib/views/runners/schema";
import type { SeriesPoint, SeriesView } from "@/lib/views/series/schema";

const HOUR_MS = 60 * MINUTE;
const STEP_MS = 20 * SECOND;

/** A series of one hour that ends at `nowMs`; `at` returns the mean of bucket `i` of `n`, or null for a gap. */
export const points = (nowMs: number, at: (i: number, n: number) => number | null, spread = 0): SeriesPoint[] => {
  const count = HOUR_MS / STEP_MS;
  return Array.from({ length: count }, (_, i): SeriesPoint => {
    const mean = at(i, count);
    const ms = nowMs - HOUR_MS + i * STEP_MS;
    return mean === null ? [ms, null, null, null] : [ms, Math.max(0, mean - spread), mean + spread, mean];
  });
};

export const series = (
  nowMs: number,
  signal: string,
  lines: readonly { readonly labels: Readonly<Record<string, string>>; readonly points: SeriesPoint[] }[],
): SeriesView => ({
  signal,
  unit: "count",
  stepMs: STEP_MS,
  fromMs: nowMs - HOUR_MS,
  toMs: nowMs,
  asOfMs: nowMs,
  series: lines.map((line) => ({ labels: { ...line.labels }, points: line.points })),
  blind: [],
});

export const panel = (nowMs: number, of: Pick<PanelView, "panel"> & Partial<PanelView>): PanelView => ({
  asOfMs: nowMs,
  fromMs: nowMs - HOUR_MS,
  toMs: nowMs,
  series: [],
  runners: [],
  rules: [],
  alerts: [],
  restarts: [],
  retries: [],
  ...of,
});

export const rule = (id: string, signal: string, warning: number | null, critical: number | null) => ({
  id,
  signal,
  match: [],
  comparison: "above" as const,
  warning,
  critical,
  forMs: 0,
  clearAt: null,
  inferred: false,
  origin: "built-in" as const,
});

export const alert = (nowMs: number, of: Partial<AlertView> = {}): AlertView => ({
  id: "a1",
  rule: "heartbeat-late",
  severity: "critical",
  state: "firing",
  labels: { broker: "main", vhost: "/", client: "scanner@media" },
  subject: "scanner@media",
  value: 2,
  threshold: 2,
  startedMs: nowMs - 4 * MINUTE,
  firedMs: nowMs - 4 * MINUTE,
  resolvedMs: null,
  phase: "late",
  resolution: null,
  summary: "scanner@media silent 41 s of 60 s, the broker will close it in about 79 s (inferred)",
  inferred: true,
  acknowledgedBy: null,
  acknowledgedUntilMs: null,
  acknowledgedComment: null,
  mutedBy: null,
  flapping: false,
  noData: false,
  incident: null,
  ...of,
});

/** A broker that restarts: its pipeline is a consequence. */
export const incident = (nowMs: number, of: Partial<IncidentView> = {}): IncidentView => ({
  id: "i1",
  cause: { alert: "i1", rule: "broker-unreachable", labels: { broker: "main" } },
  severity: "critical",
  state: "firing",
  alerts: [
    alert(nowMs, {
      ...{ id: "i1", rule: "broker-unreachable", labels: { broker: "main" }, phase: null, inferred: false },
      summary: "Lastbeat cannot see broker main: connection refused",
    }),
    alert(nowMs, {
      ...{ id: "i2", rule: "pipeline-gave-up", labels: { source: "php", queue: "mails" }, phase: null, value: 130 },
      ...{ threshold: 120, summary: "php/mails has had no connection to the broker for 2 min (inferred)" },
    }),
  ],
  alertsTotal: 2,
  alertsFiring: 2,
  startedMs: nowMs - 4 * MINUTE,
  resolvedMs: null,
  summary: "Lastbeat cannot see broker main: connection refused (and 1 other alert of the same cause)",
  nextStep: "The alert quotes the answer: a refused connection is the port or the plugin, a time-out the node.",
  acknowledgedBy: null,
  acknowledgedUntilMs: null,
  acknowledgedComment: null,
  ...of,
});

export const client = (nowMs: number, of: Partial<ClientView> = {}): ClientView => ({
  id: of.name ?? "api@web-1",
  broker: "main",
  vhost: "/",
  user: "app",
  name: "api@web-1",
  own: false,
  displayName: of.name ?? "api@web-1",
  alias: null,
  folded: [],
  namedBy: "connection-name",
  product: "aiormq",
  productVersion: "6.8",
  platform: "Python",
  peerHost: "10.0.0.7",
  state: "connected",
  stateSinceMs: nowMs - HOUR_MS,
  heartbeat: { timeoutSeconds: 60, silenceSeconds: 8, missed: 0, closeExpectedMs: null },
  identity: { by: "connection-name", confidence: "certain", because: "connection-name" },
  sessionsOpen: 1,
  reconnects: { last5m: 0, last1h: 0, last24h: 1 },
  reconnectsRecent: [],
  lastEnd: null,
  consuming: ["scanner"],
  rates: { publish: null, deliver: null, ack: null },
  firstSeenMs: nowMs - 24 * HOUR_MS,
  lastSeenMs: nowMs,
  activity: null,
  replicas: { usualSessions: null, usualConsumers: null, phase: null, lastedSeconds: null },
  ...of,
});

export const lateClient = (nowMs: number): ClientView =>
  client(nowMs, {
    name: "scanner@media",
    state: "late",
    heartbeat: {
      timeoutSeconds: 60,
      silenceSeconds: 101,
      missed: 1,
      closeExpectedMs: { from: nowMs + 19 * SECOND, to: nowMs + 79 * SECOND },
    },
  });

export const lostClient = (nowMs: number): ClientView =>
  client(nowMs, {
    name: "php-worker",
    product: "AMQP 0.9.1 Client (Go)",
    state: "lost",
    heartbeat: { timeoutSeconds: null, silenceSeconds: null, missed: null, closeExpectedMs: null },
    sessionsOpen: 0,
    reconnects: { last5m: 0, last1h: 4, last24h: 49 },
    lastEnd: { atMs: nowMs - 11 * MINUTE, reason: "broker-stopped", inferred: true, detail: null, detailReason: null },
    consuming: ["encode", "notify"],
  });

/** Rows of the client list: one per state, and a group of unnamed connections. */
export const rows = (nowMs: number): ClientRow[] =>
  [
    lateClient(nowMs),
    lostClient(nowMs),
    client(nowMs, { name: "importer", state: "blocked", reconnectsRecent: [0, 0, 1, 0, 0, 3, 9, 0, 0, 2, 0, 0] }),
    client(nowMs, {
      id: "group",
      name: "aiormq app@10.0.0.9 (thumbnails)",
      namedBy: "identity",
      sessionsOpen: 4,
      vhost: "media",
    }),
    client(nowMs),
    client(nowMs, { name: "nightly-import", state: "departed", sessionsOpen: 0 }),
  ].map(({ heartbeat, reconnects, ...of }) => ({
    ...of,
    ...heartbeat,
    reconnects1h: reconnects.last1h,
    troubles: troubles(nowMs, of.name),
  }));

const troubles = (nowMs: number, name: string): ClientRow["troubles"] =>
  name === "api@web-1" ? [{ kind: "pinned", severity: "warning", sinceMs: nowMs - 7 * MINUTE }] : [];

export const runner = (nowMs: number, of: Partial<RunnerView> = {}): RunnerView => {
  const silenceSeconds = of.silenceSeconds === undefined ? 12 : of.silenceSeconds;
  return {
    id: `videos/${of.name ?? "runner-1"}`,
    source: "videos",
    kind: "peertube",
    name: "runner-1",
    state: "ok",
    because: "working",
    lastContactMs: silenceSeconds === null ? null : nowMs - silenceSeconds * SECOND,
    silenceSeconds,
    limitSeconds: 180,
    jobsRunning: 1,
    holding: [{ id: "1", type: "vod-hls-transcoding", startedMs: nowMs - 9 * MINUTE, updatedMs: nowMs, progress: 40 }],
    missingSinceMs: null,
    troubles: [],
    ...of,
  };
};

export const verdict = (nowMs: number, of: Partial<OverviewVerdict> = {}): OverviewVerdict => ({
  state: "calm",
  severity: "ok",
  taken: { acknowledged: 0, muted: 0 },
  sinceMs: null,
  provenMs: nowMs - 3 * SECOND,
  configured: true,
  notKept: 0,
  late: 0,
  blocked: 0,
  absent: 0,
  lost: 0,
  flapping: 0,
  notConsuming: 0,
  publishSilent: 0,
  pinned: 0,
  leaking: 0,
  runnersSilent: 0,
  runnersTroubled: 0,
  queuesTroubled: 0,
  jobsTroubled: 0,
  applicationsTroubled: 0,
  otherAlerts: 0,
  backlogsGrowing: 0,
  clauses: [],
  blindBrokers: [],
  blindSources: [],
  lines: [],
  moreLines: 0,
  ...of,
});

/** One line of every kind, the worst first. */
export const lines = (nowMs: number): TroubleLine[] => everyKind(nowMs).map((line) => ({ ...line, taken: null }));

const everyKind = (nowMs: number): Trouble[] => [
  {
    kind: "client-late",
    severity: "critical",
    subject: "scanner@media",
    clientId: "scanner@media",
    broker: "main",
    product: "aiormq",
    sinceMs: nowMs - 41 * SECOND,
    silenceSeconds: 101,
    timeoutSeconds: 60,
    closeExpectedMs: { from: nowMs + 19 * SECOND, to: nowMs + 79 * SECOND },
  },
  {
    kind: "client-lost",
    severity: "critical",
    subject: "php-worker",
    clientId: "php-worker",
    broker: "main",
    product: "golang",
    sinceMs: nowMs - 11 * MINUTE,
    reason: "broker-stopped",
    inferred: true,
  },
  {
    kind: "retry-backlog",
    severity: "warning",
    subject: "bitmagnet/process_torrent",
    sinceMs: nowMs - 22 * MINUTE,
    due: 12_431,
    perMinute: 120,
  },
  {
    kind: "runner-silent",
    severity: "critical",
    subject: "gpu-2",
    source: "videos",
    sinceMs: nowMs - 6 * MINUTE,
    silenceSeconds: 372,
    jobsRunning: 2,
  },
  {
    kind: "client-flapping",
    severity: "warning",
    subject: "billing@web-2",
    clientId: "billing@web-2",
    broker: "main",
    product: "amqplib",
    sinceMs: nowMs - 8 * MINUTE,
    reconnects: 14,
  },
  {
    kind: "client-not-consuming",
    severity: "critical",
    subject: "php-worker@jobs-3",
    clientId: "php-worker-jobs-3",
    broker: "main",
    product: "AMQP 0.9.1 Client",
    sinceMs: nowMs - 2 * MINUTE,
    heldSeconds: 132,
    queues: ["emails", "thumbnails"],
  },
  {
    kind: "client-pinned",
    severity: "warning",
    subject: "importer@batch-1",
    clientId: "importer-batch-1",
    broker: "main",
    product: "rabbitmq-client",
    sinceMs: nowMs - 12 * MINUTE,
    heldSeconds: 1_320,
    queues: ["imports"],
  },
  {
    kind: "client-publish-silent",
    severity: "warning",
    subject: "orders@web-4",
    clientId: "orders-web-4",
    broker: "main",
    product: "aiormq",
    sinceMs: nowMs - 6 * MINUTE,
    heldSeconds: 380,
    queues: ["orders"],
  },
  {
    kind: "client-leaking",
    severity: "warning",
    subject: "reports@cron-1",
    clientId: "reports-cron-1",
    broker: "main",
    product: "Pika Python Client Library",
    sinceMs: nowMs - 40 * MINUTE,
    sessionsOpen: 64,
    usually: 3,
  },
];
