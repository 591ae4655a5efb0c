import type { AlertView } from "@/lib/views/alerts";
import type { TroubleLine } from "@/lib/views/overview";
import type { RunnerView } from "@/lib/views/runners";

export const RUNNER_LINES = ["runner-stuck", "runner-missing", "runner-deaf", "runner-bouncing"] as const;
export const JOBS_LINES = [
  ...(["retry-conflict-loop", "jobs-not-taken", "jobs-orphaned", "leader-absent"] as const),
  ...(["jobs-orphan-child", "open-rows"] as const),
  ...(["application-redialing", "pipeline-broken", "pipeline-not-consuming", "pipeline-gave-up"] as const),
  "subscriber-publish-silent",
] as const;

/** What rules say of runners that are there or should be, and of work that nobody gets done. One line an alert. */
export function workLines(alerts: readonly AlertView[], runners: readonly RunnerView[]): TroubleLine[] {
  return alerts.filter((alert) => alert.state === "firing").flatMap((alert) => lineOf(alert, runners));
}

function lineOf(alert: AlertView, runners: readonly RunnerView[]): TroubleLine[] {
  const { source = "", queue = "", runner: name = "" } = alert.labels;
  const said = { severity: alert.severity, source, sinceMs: alert.startedMs };
  const ofRunner = RUNNER_LINES.find((kind) => kind === alert.rule);
  if (ofRunner !== undefined) {
    const runner = runners.find((one) => one.source === source && one.name === name);
    if (runner === undefined) return [];
    return [{ kind: ofRunner, ...said, subject: name, jobsRunning: runner.jobsRunning }];
  }
  const ofJobs = [...JOBS_LINES, "runners-short" as const].find((kind) => kind === alert.rule);
  if (ofJobs === undefined || alert.value === null) return [];
  const subject = queue === "" ? source : `${source}/${queue}`;
  return [{ kind: ofJobs, ...said, subject, value: alert.value }];
}
