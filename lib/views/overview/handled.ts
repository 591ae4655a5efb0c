import type { AlertView } from "@/lib/views/alerts/schema";
import type { Trouble, TroubleLine } from "@/lib/views/overview/schema";
import { APPLICATION_LINES, JOBS_LINES, RUNNER_LINES, subjectOf } from "@/lib/views/overview/work-lines";

type Kind = Exclude<Trouble["kind"], "alert">;

/** Kinds of lines that have their rule's name. */
const NAMED = [
  ...[...RUNNER_LINES, ...JOBS_LINES, ...APPLICATION_LINES],
  ...(["client-lost", "client-blocked", "client-flapping", "client-publish-silent"] as const),
  ...(["clients-not-back", "runner-silent", "runners-short"] as const),
] as const;
type Named = (typeof NAMED)[number];
const isNamed = (kind: Kind): kind is Named => NAMED.some((one) => one === kind);

const OTHERS: Readonly<Record<Exclude<Kind, Named>, readonly string[]>> = {
  // An alert of it could not be stored either.
  "not-kept": [],
  "client-late": ["heartbeat-late"],
  // No rule is about a client that may still come back by itself.
  "client-absent": [],
  "client-not-consuming": ["client-not-consuming", "client-consumers-gone"],
  "client-pinned": ["client-unacked-pinned"],
  "client-leaking": ["client-connections-leaked"],
  "broker-blind": ["broker-unreachable"],
  "source-blind": ["source-unreachable"],
  "retry-backlog": ["retry-backlog", "retry-not-draining"],
};

/** The rules whose alerts speak of what a line tells from the state of what it is about. */
const rulesOf = (kind: Kind): readonly string[] => (isNamed(kind) ? [kind] : OTHERS[kind]);

/** All rules that have lines of their own. */
export const LINE_RULES: ReadonlySet<string> = new Set([...NAMED, ...Object.values(OTHERS).flat()]);

/**
 * The lines, each with who has taken it: every firing alert of it is acknowledged, or muted by a silence window or by
 * its cause. One that no alert speaks of, or that one alert still tells of, is nobody's yet.
 */
export function withHandled(lines: readonly Trouble[], alerts: readonly AlertView[]): TroubleLine[] {
  const firing = alerts.filter((alert) => alert.state === "firing");
  const byId = new Map(firing.map((alert) => [alert.id, [alert]]));
  const byPlace = Map.groupBy(firing, ({ rule, labels }) => keyOf(rule, placeOf(labels)));
  return lines.map((line) => {
    const about =
      line.kind === "alert"
        ? (byId.get(line.alertId) ?? [])
        : rulesOf(line.kind).flatMap((rule) => byPlace.get(keyOf(rule, placeOfLine(line))) ?? []);
    return { ...line, taken: takenOf(about) };
  });
}

function takenOf(alerts: readonly AlertView[]): TroubleLine["taken"] {
  const taken = alerts.flatMap(({ acknowledgedBy, mutedBy }): NonNullable<TroubleLine["taken"]>[] => {
    if (acknowledgedBy !== null) return [{ how: "acknowledged", by: acknowledgedBy }];
    return mutedBy === null ? [] : [{ how: "muted", by: mutedBy.text }];
  });
  if (taken.length < alerts.length) return null;
  return taken.find(({ how }) => how === "acknowledged") ?? taken[0] ?? null;
}

const keyOf = (rule: string, place: string): string => `${rule} ${place}`;

/** What an alert is about, so that it meets its line. */
function placeOf(labels: AlertView["labels"]): string {
  const { clientId, source, runner, broker = "" } = labels;
  if (clientId !== undefined) return `client ${clientId}`;
  if (source === undefined) return `broker ${broker}`;
  return runner === undefined ? `work ${subjectOf(labels)}` : `runner ${source}/${runner}`;
}

function placeOfLine(line: Exclude<Trouble, { kind: "alert" }>): string {
  if ("clientId" in line) return `client ${line.clientId}`;
  if (line.kind === "broker-blind") return `broker ${line.subject}`;
  if ("broker" in line) return `broker ${line.broker}`;
  return "jobsRunning" in line ? `runner ${line.source}/${line.subject}` : `work ${line.subject}`;
}
