import type { AlertView } from "@/lib/views/alerts/schema";
import type { Trouble } from "@/lib/views/overview/schema";
import type { RunnerView } from "@/lib/views/runners/schema";

export const RUNNER_LINES = ["runner-stuck", "runner-missing", "runner-deaf", "runner-bouncing"] as const;
export const JOBS_LINES = [
  "retry-conflict-loop",
  "jobs-not-taken",
  "jobs-orphaned",
  "jobs-orphan-child",
  "open-rows",
] as const;
/** Of an application as a whole, or of one of its pipelines or subscribers. */
export const APPLICATION_LINES = [
  "application-redialing",
  "pipeline-broken",
  "pipeline-not-consuming",
  "pipeline-gave-up",
  "subscriber-publish-silent",
  "leader-absent",
] as const;

/** What rules say of runners that are there or should be, and of work that nobody gets done. One line an alert. */
export function workLines(alerts: readonly AlertView[], runners: readonly RunnerView[]): Trouble[] {
  return alerts.filter((alert) => alert.state === "firing").flatMap((alert) => lineOf(alert, runners));
}

function lineOf(alert: AlertView, runners: readonly RunnerView[]): Trouble[] {
  const { source = "", runner: name = "" } = alert.labels;
  const said = { severity: alert.severity, source, sinceMs: alert.startedMs };
  const ofRunner = RUNNER_LINES.find((kind) => kind === alert.rule);
  if (ofRunner !== undefined) {
    const runner = runners.find((one) => one.source === source && one.name === name);
    if (runner === undefined) return [];
    return [{ kind: ofRunner, ...said, subject: name, jobsRunning: runner.jobsRunning }];
  }
  const { value } = alert;
  if (value === null) return [];
  const subject = subjectOf(alert.labels);
  const ofJobs = [...JOBS_LINES, "runners-short" as const].find((kind) => kind === alert.rule);
  if (ofJobs !== undefined) return [{ kind: ofJobs, ...said, subject, value }];
  const ofApplication = APPLICATION_LINES.find((kind) => kind === alert.rule);
  return ofApplication === undefined ? [] : [{ kind: ofApplication, ...said, subject, value }];
}

/** A source, or one of its queues, as lines name it. */
export const subjectOf = ({ source = "", queue = "" }: AlertView["labels"]): string =>
  queue === "" ? source : `${source}/${queue}`;
