import type { AlertView } from "@/lib/views/alerts/schema";
import { rulesOfLine } from "@/lib/views/overview/line-properties";
import type { Trouble, TroubleLine } from "@/lib/views/overview/schema";
import { subjectOf } from "@/lib/views/overview/work-lines";

/**
 * The lines, each with how it is handled: all its firing alerts are acknowledged, or muted by a silence window or by
 * their cause. A line without an alert, or with one that is neither, is not handled.
 */
export function withHandled(lines: readonly Trouble[], alerts: readonly AlertView[]): TroubleLine[] {
  const firing = alerts.filter((alert) => alert.state === "firing");
  const byId = new Map(firing.map((alert) => [alert.id, [alert]]));
  const byObject = Map.groupBy(firing, ({ rule, labels }) => keyOf(rule, objectOf(labels)));
  return lines.map((line) => {
    const about =
      line.kind === "alert"
        ? (byId.get(line.alertId) ?? [])
        : rulesOfLine(line.kind).flatMap((rule) => byObject.get(keyOf(rule, objectOfLine(line))) ?? []);
    return { ...line, taken: handlingOf(about) };
  });
}

function handlingOf(alerts: readonly AlertView[]): TroubleLine["taken"] {
  const handled = alerts.flatMap(({ acknowledgedBy, mutedBy }): NonNullable<TroubleLine["taken"]>[] => {
    if (acknowledgedBy !== null) return [{ how: "acknowledged", by: acknowledgedBy }];
    return mutedBy === null ? [] : [{ how: "muted", by: mutedBy.text }];
  });
  if (handled.length < alerts.length) return null;
  return handled.find(({ how }) => how === "acknowledged") ?? handled[0] ?? null;
}

const keyOf = (rule: string, object: string): string => `${rule} ${object}`;

/** The object an alert is about, which joins it to its line. */
function objectOf(labels: AlertView["labels"]): string {
  const { clientId, source, runner, broker = "", vhost = "", queue } = labels;
  if (clientId !== undefined) return `client ${clientId}`;
  if (source === undefined) return queue === undefined ? `broker ${broker}` : queueText(broker, vhost, queue);
  return runner === undefined ? `work ${subjectOf(labels)}` : `runner ${source}/${runner}`;
}

function objectOfLine(line: Exclude<Trouble, { kind: "alert" }>): string {
  if ("clientId" in line) return `client ${line.clientId}`;
  if (line.kind === "broker-blind") return `broker ${line.subject}`;
  if ("queue" in line) return queueText(line.broker, line.vhost, line.queue);
  if ("broker" in line) return `broker ${line.broker}`;
  return "jobsRunning" in line ? `runner ${line.source}/${line.subject}` : `work ${line.subject}`;
}

const queueText = (...names: readonly string[]): string => `queue ${JSON.stringify(names)}`;
