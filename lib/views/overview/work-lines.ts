import type { AlertView } from "@/lib/views/alerts/schema";
import {
  APPLICATION_LINES,
  JOBS_LINES,
  QUEUE_LINES,
  RUNNER_LINES,
  RUNNERS_LINES,
} from "@/lib/views/overview/line-kinds";
import type { Trouble } from "@/lib/views/overview/schema";
import type { RunnerView } from "@/lib/views/runners/schema";

/** Lines about queues, runners and job queues that are drawn from firing alerts, one line an alert. */
export function workLines(alerts: readonly AlertView[], runners: readonly RunnerView[]): Trouble[] {
  return alerts.filter((alert) => alert.state === "firing").flatMap((alert) => lineOf(alert, runners));
}

function lineOf(alert: AlertView, runners: readonly RunnerView[]): Trouble[] {
  const { source = "", runner: name = "", broker = "", vhost = "", queue = "" } = alert.labels;
  const base = { severity: alert.severity, source, sinceMs: alert.startedMs };
  const runnerKind = RUNNER_LINES.find((kind) => kind === alert.rule);
  if (runnerKind !== undefined) {
    const runner = runners.find((known) => known.source === source && known.name === name);
    if (runner === undefined) return [];
    return [{ kind: runnerKind, ...base, subject: name, jobsRunning: runner.jobsRunning }];
  }
  const queueKind = QUEUE_LINES.find((kind) => kind === alert.rule);
  if (queueKind !== undefined) {
    const { severity, startedMs: sinceMs } = alert;
    return [{ kind: queueKind, severity, sinceMs, subject: `${broker}/${queue}`, broker, vhost, queue }];
  }
  const { value } = alert;
  if (value === null) return [];
  const subject = subjectOf(alert.labels);
  const jobsKind = [...JOBS_LINES, ...RUNNERS_LINES].find((kind) => kind === alert.rule);
  if (jobsKind !== undefined) return [{ kind: jobsKind, ...base, subject, value }];
  const applicationKind = APPLICATION_LINES.find((kind) => kind === alert.rule);
  return applicationKind === undefined ? [] : [{ kind: applicationKind, ...base, subject, value }];
}

/** A source, or one of its queues, as lines name it. */
export const subjectOf = ({ source = "", queue = "" }: AlertView["labels"]): string =>
  queue === "" ? source : `${source}/${queue}`;
