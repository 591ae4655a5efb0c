import { RECONNECTS_MS } from "@/lib/rabbitmq/clients/lifetimes";
import type { AlertView } from "@/lib/views/alerts/schema";
import { isCriticallyLate } from "@/lib/views/clients/critically-late";
import type { ClientView } from "@/lib/views/clients/schema";
import { activityLines, firing } from "@/lib/views/overview/activity-lines";
import { alertLines } from "@/lib/views/overview/alert-lines";
import { blindLines, missingOf, notSavedLine, recoveryLines } from "@/lib/views/overview/broker-lines";
import { clausesOf } from "@/lib/views/overview/clauses";
import { withHandled } from "@/lib/views/overview/handled";
import {
  APPLICATION_LINES,
  JOBS_LINES,
  QUEUE_LINES,
  RUNNER_LINES,
  RUNNERS_LINES,
} from "@/lib/views/overview/line-kinds";
import { placeOfLine, rulesOfLine } from "@/lib/views/overview/line-properties";
import type { OverviewVerdict, Trouble, TroubleLine } from "@/lib/views/overview/schema";
import type { VerdictInput } from "@/lib/views/overview/verdict-input";
import { workLines } from "@/lib/views/overview/work-lines";

const LINES_MAX = 5;
/** Fewer reconnects in an hour than the flapping rule counts in ten minutes get no line. */
const FLAPPING_MIN = 3;

/**
 * The sentence at the top of the overview, as data: what is wrong, how bad, since when, and the worst five lines. It is
 * about lines that nobody handles; lines that are acknowledged or muted are counted apart and come last.
 */
export function verdictOf(scene: VerdictInput): OverviewVerdict {
  const lines = withHandled(
    [
      ...notSavedLine(scene.failing),
      ...blindLines(scene),
      ...recoveryLines(scene),
      ...clientLines(scene),
      ...backlogLines(scene),
      ...runnerLines(scene),
      ...workLines(scene.alerts, scene.runners),
      ...alertLines(scene.alerts),
    ],
    scene.alerts,
  ).sort((a, b) => rank(a) - rank(b) || a.sinceMs - b.sinceMs);
  const open = lines.filter((line) => line.taken === null);
  const handled = (how: "acknowledged" | "muted") => lines.filter((line) => line.taken?.how === how).length;
  // Without a poll nothing is proven: that is not calm.
  const starting = scene.provenMs === null || scene.brokers.some((broker) => broker.state === "starting");
  const state = stateOf(lines, open, starting);
  const counts = countsOf(open);
  const moreLines = Math.max(0, lines.length - LINES_MAX);
  return {
    state,
    severity: severityOf(state, open),
    sinceMs: lines.length === 0 ? null : Math.min(...worst(open.length > 0 ? open : lines).map((line) => line.sinceMs)),
    provenMs: scene.provenMs,
    configured: scene.configured,
    taken: { acknowledged: handled("acknowledged"), muted: handled("muted") },
    ...counts,
    clauses: [...clausesOf({ ...counts, moreLines }, open)],
    lines: lines.slice(0, LINES_MAX),
    moreLines,
  };
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((total, row) => total + of(row), 0);

function countsOf(lines: readonly TroubleLine[]) {
  const count = (...kinds: readonly TroubleLine["kind"][]) => lines.filter(({ kind }) => kinds.includes(kind)).length;
  const missing = lines.filter((line) => line.kind === "clients-not-back");
  const named = (kind: TroubleLine["kind"]) => lines.filter((line) => line.kind === kind).map((line) => line.subject);
  return {
    notKept: count("not-kept"),
    late: count("client-late"),
    blocked: count("client-blocked"),
    absent: count("client-absent") + sum(missing, ({ missing, lost }) => missing - lost),
    lost: count("client-lost") + sum(missing, ({ lost }) => lost),
    flapping: count("client-flapping"),
    notConsuming: count("client-not-consuming"),
    publishSilent: count("client-publish-silent"),
    pinned: count("client-pinned"),
    leaking: count("client-leaking"),
    runnersSilent: count("runner-silent"),
    runnersTroubled: count(...RUNNER_LINES, ...RUNNERS_LINES),
    queuesTroubled: count(...QUEUE_LINES),
    jobsTroubled: count(...JOBS_LINES),
    applicationsTroubled: new Set(lines.flatMap((line) => (isOfApplication(line) ? [line.source] : []))).size,
    otherAlerts: count("alert"),
    backlogsGrowing: count("retry-backlog"),
    blindBrokers: named("broker-blind"),
    blindSources: named("source-blind"),
  };
}

function stateOf(
  lines: readonly TroubleLine[],
  open: readonly TroubleLine[],
  starting: boolean,
): OverviewVerdict["state"] {
  if (lines.length === 0) return starting ? "starting" : "calm";
  if (open.length === 0) return "taken";
  const isBlind = ({ kind }: TroubleLine): boolean => kind === "broker-blind" || kind === "source-blind";
  return open.some(({ kind }) => kind === "broker-blind") && open.every(isBlind) ? "blind" : "trouble";
}

function severityOf(state: OverviewVerdict["state"], open: readonly TroubleLine[]): OverviewVerdict["severity"] {
  if (state === "calm") return "ok";
  if (state === "starting") return "unknown";
  if (state === "taken") return "taken";
  return open.some((line) => line.severity === "critical") ? "critical" : "warning";
}

const worst = (lines: readonly TroubleLine[]): readonly TroubleLine[] => {
  const critical = lines.filter((line) => line.severity === "critical");
  return critical.length > 0 ? critical : lines;
};

type ApplicationLine = Extract<TroubleLine, { kind: (typeof APPLICATION_LINES)[number] }>;
const isOfApplication = (line: TroubleLine): line is ApplicationLine =>
  APPLICATION_LINES.some((kind) => kind === line.kind);

/** Lines that are handled come after those that are not, warnings after critical lines. */
const rank = ({ taken, severity, kind }: TroubleLine): number =>
  (taken === null ? 0 : 2_000) + (severity === "critical" ? 0 : 1_000) + placeOfLine(kind);

function clientLines(scene: VerdictInput): Trouble[] {
  const reported = new Set(scene.brokers.flatMap(missingOf).map((client) => client.id));
  return scene.clients
    .filter((client) => !reported.has(client.id) && !isUsuallyAway(client, scene.provenMs))
    .flatMap((client) => lineOfClient(client, scene.alerts));
}

/**
 * A program that closed its connection in order is no trouble, nor is one that may have finished its work, or may be about
 * to reconnect: either is known half a minute after the end.
 */
function isUsuallyAway({ state, lastEnd }: ClientView, nowMs: number | null): boolean {
  if (state !== "absent" || lastEnd === null) return false;
  if (lastEnd.reason === "client-closed" && !lastEnd.inferred) return true;
  return nowMs !== null && nowMs - lastEnd.atMs <= RECONNECTS_MS;
}

function lineOfClient(client: ClientView, alerts: readonly AlertView[]): Trouble[] {
  const who = { ...whoIs(client), sinceMs: client.stateSinceMs };
  const { silenceSeconds, timeoutSeconds, closeExpectedMs, missed } = client.heartbeat;
  const why = { reason: client.lastEnd?.reason ?? null, inferred: client.lastEnd?.inferred ?? false };
  switch (client.state) {
    case "late":
      if (silenceSeconds === null || timeoutSeconds === null || closeExpectedMs === null) return [];
      return [
        {
          kind: "client-late",
          severity: isCriticallyLate(missed) ? "critical" : "warning",
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

const whoIs = ({ displayName, id, broker, product }: ClientView) => ({
  subject: displayName,
  clientId: id,
  broker,
  product,
});

/** A client that reconnects again and again, as far as the rule reports it. */
export function flappingLine(client: ClientView, alerts: readonly AlertView[]): Trouble[] {
  const alert = alerts.find(
    ({ rule, labels }) => rulesOfLine("client-flapping").includes(rule) && labels.clientId === client.id,
  );
  if (!alert || client.reconnects.last1h < FLAPPING_MIN) return [];
  const who = { ...whoIs(client), sinceMs: alert.startedMs };
  return [{ kind: "client-flapping", severity: alert.severity, ...who, reconnects: client.reconnects.last1h }];
}

/** A backlog gets a line when a rule reports it: a few due retries are normal. */
function backlogLines(scene: VerdictInput): Trouble[] {
  const lines = new Map<string, Trouble>();
  for (const alert of scene.alerts) {
    if (!rulesOfLine("retry-backlog").includes(alert.rule)) continue;
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

const runnerLines = (scene: VerdictInput): Trouble[] =>
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
