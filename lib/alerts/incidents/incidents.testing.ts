import { keyOf } from "@/lib/alerts/engine/measure";
import { followIncidents, rootOf } from "@/lib/alerts/incidents/follow-incidents";
import type { Incident, IncidentMemory } from "@/lib/alerts/incidents/incident";
import { BUILT_IN_INHIBITIONS, causesOf, type Inhibition } from "@/lib/alerts/incidents/inhibit";
import type { DependenciesOf } from "@/lib/alerts/incidents/subject";
import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";
import type { Labels } from "@/lib/base/signals/labels";
import { SECOND } from "@/lib/base/time/duration";

const START_MS = Date.UTC(2026, 10, 21, 12);

/** Alerts that fire and resolve, instant by instant, through the fold of incidents. */
export interface IncidentStory {
  readonly nowMs: () => number;
  readonly fire: (rule: string, labels: Labels, severity?: Severity) => Alert;
  readonly resolve: (rule: string, labels: Labels) => void;
  readonly recovering: (is: boolean) => void;
  readonly flap: (alert: Alert, is: boolean) => void;
  /** Time passes, and everything is evaluated. */
  readonly evaluate: (afterMs?: number) => ReturnType<typeof followIncidents>;
  /** The memory is loaded from what was stored. */
  readonly restart: () => void;
  readonly firing: () => readonly Alert[];
  readonly incidents: () => readonly Incident[];
  /** Each open incident: its root's rule, and how many alerts of it fire. */
  readonly open: () => readonly string[];
}

export function incidentStory(
  dependenciesOf: DependenciesOf = () => [],
  inhibitions: readonly Inhibition[] = BUILT_IN_INHIBITIONS,
): IncidentStory {
  let nowMs = START_MS;
  let memory: IncidentMemory = new Map();
  let isRecovering = false;
  const alerts = new Map<string, Alert>();
  const flapping = new Set<string>();
  const evaluate = (afterMs = SECOND) => {
    nowMs += afterMs;
    const firing = [...alerts.values()];
    const causes = causesOf(firing, inhibitions);
    const followed = followIncidents(memory, {
      ...{ firing, flapping, causes, dependenciesOf, nowMs },
      isRecovering: () => isRecovering,
    });
    memory = followed.after;
    return followed;
  };
  const open = (): readonly Incident[] => [...memory.values()].filter(({ resolvedMs }) => resolvedMs === null);
  return {
    nowMs: () => nowMs,
    fire(rule, labels, severity = "critical") {
      const key = keyOf(rule, labels);
      const alert = { ...(alerts.get(key) ?? firingAlert(rule, labels, nowMs)), severity };
      alerts.set(key, alert);
      return alert;
    },
    resolve: (rule, labels) => void alerts.delete(keyOf(rule, labels)),
    recovering: (is) => {
      isRecovering = is;
    },
    flap: ({ rule, labels }, is) =>
      void (is ? flapping.add(keyOf(rule, labels)) : flapping.delete(keyOf(rule, labels))),
    evaluate,
    restart: () => {
      memory = new Map(JSON.parse(JSON.stringify([...memory])));
    },
    firing: () => [...alerts.values()],
    incidents: () => [...memory.values()],
    open: () =>
      open().map((incident) => {
        const firing = incident.members.filter(({ endedMs }) => endedMs === null).length;
        return `${rootOf(incident).rule} ${firing}`;
      }),
  };
}

export const firingAlert = (rule: string, labels: Labels, nowMs: number): Alert => ({
  id: `${keyOf(rule, labels)}-${nowMs.toString(36)}`,
  rule,
  severity: "critical",
  state: "firing",
  labels,
  value: 1,
  threshold: 1,
  startedMs: nowMs,
  firedMs: nowMs,
  resolvedMs: null,
  summary: `${rule} ${Object.values(labels).join("/")}`,
  facts: null,
  inferred: false,
  acknowledgedBy: null,
  flapping: false,
  noData: false,
  incident: null,
});
