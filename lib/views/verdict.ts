import { activityLines, firing } from "@/lib/views/activity-lines";
import { alertLines } from "@/lib/views/alert-lines";
import type { AlertView } from "@/lib/views/alerts";
import type { BrokerView } from "@/lib/views/brokers";
import type { ClientView } from "@/lib/views/clients";
import type { JobsRow } from "@/lib/views/jobs";
import type { TroubleLine, Verdict } from "@/lib/views/overview";
import type { RunnerView } from "@/lib/views/runners";
import { APPLICATION_LINES, JOBS_LINES, RUNNER_LINES, workLines } from "@/lib/views/work-lines";

/** What the verdict is drawn from. */
export interface Scene {
  readonly brokers: readonly BrokerView[];
  readonly clients: readonly ClientView[];
  readonly jobs: readonly (JobsRow & { readonly stateSinceMs: number; readonly duePerMinute: number | null })[];
  readonly runners: readonly RunnerView[];
  /** Open alerts. */
  readonly alerts: readonly AlertView[];
  readonly provenMs: number | null;
}

const LINES_MAX = 5;
/** Fewer reconnects in an hour than the flapping rule counts in ten minutes are no news. */
const FLAPPING_MIN = 3;

/** The sentence at the top of the overview, as data: what is wrong, how bad, since when, and the worst five lines. */
export function verdictOf(scene: Scene): Verdict {
  const lines = [
    ...blindLines(scene),
    ...comebackLines(scene),
    ...clientLines(scene),
    ...backlogLines(scene),
    ...runnerLines(scene),
    ...workLines(scene.alerts, scene.runners),
    ...alertLines(scene.alerts),
  ].sort((a, b) => rank(a) - rank(b) || a.sinceMs - b.sinceMs);
  const count = (...kinds: readonly TroubleLine["kind"][]) => lines.filter(({ kind }) => kinds.includes(kind)).length;
  const blindBrokers = scene.brokers.filter(isBlind).map((broker) => broker.id);
  // With nothing to look at nothing is proven: that is not calm.
  const starting = scene.provenMs === null || scene.brokers.some((broker) => broker.state === "starting");
  return {
    state: stateOf(lines, blindBrokers.length, starting),
    severity: severityOf(lines, starting),
    sinceMs: lines.length === 0 ? null : Math.min(...worst(lines).map((line) => line.sinceMs)),
    provenMs: scene.provenMs,
    late: count("client-late"),
    blocked: count("client-blocked"),
    absent: count("client-absent"),
    lost:
      count("client-lost") + lines.reduce((n, line) => n + (line.kind === "clients-not-back" ? line.missing : 0), 0),
    flapping: count("client-flapping"),
    notConsuming: count("client-not-consuming"),
    publishSilent: count("client-publish-silent"),
    pinned: count("client-pinned"),
    leaking: count("client-leaking"),
    runnersSilent: count("runner-silent"),
    runnersTroubled: count(...RUNNER_LINES, "runners-short"),
    jobsTroubled: count(...JOBS_LINES),
    applicationsTroubled: new Set(lines.flatMap((line) => (isOfApplication(line) ? [line.source] : []))).size,
    otherAlerts: count("alert"),
    backlogsGrowing: count("retry-backlog"),
    blindBrokers,
    blindSources: lines.filter((line) => line.kind === "source-blind").map((line) => line.subject),
    lines: lines.slice(0, LINES_MAX),
    moreLines: Math.max(0, lines.length - LINES_MAX),
  };
}

function stateOf(lines: readonly TroubleLine[], blindBrokers: number, starting: boolean): Verdict["state"] {
  if (blindBrokers > 0 && lines.every((line) => line.kind === "broker-blind" || line.kind === "source-blind")) {
    return "blind";
  }
  if (lines.length > 0) return "trouble";
  return starting ? "starting" : "calm";
}

function severityOf(lines: readonly TroubleLine[], starting: boolean): Verdict["severity"] {
  if (lines.some((line) => line.severity === "critical")) return "critical";
  if (lines.length > 0) return "warning";
  return starting ? "unknown" : "ok";
}

const worst = (lines: readonly TroubleLine[]): readonly TroubleLine[] => {
  const critical = lines.filter((line) => line.severity === "critical");
  return critical.length > 0 ? critical : lines;
};

/** Blindness first, for it puts everything below it in doubt; then what is about to break, then what is broken. */
const ORDER: readonly TroubleLine["kind"][] = [
  "broker-blind",
  "client-late",
  "clients-not-back",
  "client-lost",
  "client-blocked",
  "client-not-consuming",
  "client-pinned",
  "client-publish-silent",
  "runner-silent",
  "runner-stuck",
  "pipeline-not-consuming",
  "pipeline-gave-up",
  "pipeline-broken",
  "application-redialing",
  "subscriber-publish-silent",
  "retry-conflict-loop",
  "leader-absent",
  "jobs-not-taken",
  "open-rows",
  "retry-backlog",
  "runner-missing",
  "runners-short",
  "runner-deaf",
  "runner-bouncing",
  "jobs-orphaned",
  "jobs-orphan-child",
  "alert",
  "client-leaking",
  "client-flapping",
  "client-absent",
  "source-blind",
];

type ApplicationLine = Extract<TroubleLine, { kind: (typeof APPLICATION_LINES)[number] }>;
const isOfApplication = (line: TroubleLine): line is ApplicationLine =>
  APPLICATION_LINES.some((kind) => kind === line.kind);

const rank = (line: TroubleLine): number => (line.severity === "critical" ? 0 : 100) + ORDER.indexOf(line.kind);

const isBlind = (broker: BrokerView): boolean => broker.state === "unreachable" || broker.state === "unauthorized";

function blindLines(scene: Scene): TroubleLine[] {
  const brokers = scene.brokers.filter(isBlind).map(
    (broker): TroubleLine => ({
      kind: "broker-blind",
      severity: "critical",
      subject: broker.id,
      sinceMs: broker.stateSinceMs,
      because: broker.because ?? "",
    }),
  );
  const sources = new Map<string, TroubleLine>();
  for (const row of scene.jobs) {
    if (row.state === "ok" || row.state === "starting") continue;
    const line = { kind: "source-blind", severity: "warning", subject: row.source } as const;
    sources.set(row.source, { ...line, sinceMs: row.stateSinceMs, because: row.because ?? row.state });
  }
  return [...brokers, ...sources.values()];
}

const missingOf = (broker: BrokerView) =>
  broker.comeback !== null && broker.comeback.went > 1
    ? broker.comeback.away.filter((client) => client.state === "lost")
    : [];

/** Whom a broker took along and who is lost since stand in one line, however many they are. */
const comebackLines = (scene: Scene): TroubleLine[] =>
  scene.brokers.flatMap((broker) => {
    const missing = missingOf(broker);
    if (broker.comeback === null || missing.length === 0) return [];
    const { atMs: sinceMs, went, back } = broker.comeback;
    const subject = missing.map((client) => client.name).join(", ");
    return [
      {
        ...{ kind: "clients-not-back", severity: "critical", subject, broker: broker.id, sinceMs },
        ...{ missing: missing.length, went, back },
      },
    ];
  });

function clientLines(scene: Scene): TroubleLine[] {
  const told = new Set(scene.brokers.flatMap(missingOf).map((client) => client.id));
  return scene.clients.filter((client) => !told.has(client.id)).flatMap((client) => lineOfClient(client, scene.alerts));
}

function lineOfClient(client: ClientView, alerts: readonly AlertView[]): TroubleLine[] {
  const who = { ...whoIs(client), sinceMs: client.stateSinceMs };
  const { silenceSeconds, timeoutSeconds, closeExpectedMs, missed } = client.heartbeat;
  const why = { reason: client.lastEnd?.reason ?? null, inferred: client.lastEnd?.inferred ?? false };
  switch (client.state) {
    case "late":
      if (silenceSeconds === null || timeoutSeconds === null || closeExpectedMs === null) return [];
      return [
        {
          kind: "client-late",
          severity: (missed ?? 0) >= 2 ? "critical" : "warning",
          ...who,
          silenceSeconds,
          timeoutSeconds,
          closeExpectedMs,
        },
      ];
    case "lost":
      return [{ kind: "client-lost", severity: "critical", ...who, ...why }];
    case "blocked":
      return [
        {
          kind: "client-blocked",
          severity: firing(alerts, "client-blocked", client)?.severity ?? "warning",
          ...who,
          ...why,
        },
      ];
    case "absent":
      return [{ kind: "client-absent", severity: "warning", ...who, ...why }];
    case "connected":
      return [...flappingLine(client, alerts), ...activityLines(client, alerts)];
    case "departed":
      return [];
    default:
      return client.state satisfies never;
  }
}

const whoIs = ({ name, id, broker, product }: ClientView) => ({ subject: name, clientId: id, broker, product });

/** A client that keeps coming and going, as far as the rule says so. */
export function flappingLine(client: ClientView, alerts: readonly AlertView[]): TroubleLine[] {
  const alert = alerts.find((one) => one.rule === "client-flapping" && one.labels.clientId === client.id);
  if (!alert || client.reconnects.last1h < FLAPPING_MIN) return [];
  const who = { ...whoIs(client), sinceMs: alert.startedMs };
  return [{ kind: "client-flapping", severity: alert.severity, ...who, reconnects: client.reconnects.last1h }];
}

/** A backlog is trouble when a rule says so: a few due retries are how retries work. */
function backlogLines(scene: Scene): TroubleLine[] {
  const lines = new Map<string, TroubleLine>();
  for (const alert of scene.alerts) {
    if (alert.rule !== "retry-backlog" && alert.rule !== "retry-not-draining") continue;
    const row = scene.jobs.find((one) => one.source === alert.labels.source && one.queue === alert.labels.queue);
    if (!row || row.retry.due === null || alert.state !== "firing") continue;
    const subject = `${row.source}/${row.queue}`;
    const known = lines.get(subject);
    const severity = known?.severity === "critical" ? "critical" : alert.severity;
    const sinceMs = Math.min(known?.sinceMs ?? alert.startedMs, alert.startedMs);
    lines.set(subject, {
      kind: "retry-backlog",
      severity,
      subject,
      sinceMs,
      due: row.retry.due,
      perMinute: row.duePerMinute,
    });
  }
  return [...lines.values()];
}

const runnerLines = (scene: Scene): TroubleLine[] =>
  scene.runners
    .filter((runner) => runner.state === "silent")
    .map((runner) => ({
      kind: "runner-silent",
      severity: "critical",
      subject: runner.name,
      source: runner.source,
      sinceMs: runner.lastContactMs ?? 0,
      silenceSeconds: runner.silenceSeconds ?? 0,
      jobsRunning: runner.jobsRunning,
    }));
