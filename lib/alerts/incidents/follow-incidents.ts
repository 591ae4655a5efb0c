import {
  byCause,
  CONSEQUENCE_MS,
  followedFrom,
  isInTime,
  isPossibleCause,
  isSameTrouble,
} from "@/lib/alerts/incidents/causes";
import type { Incident, IncidentMember, IncidentMemory } from "@/lib/alerts/incidents/incident";
import { isMemberFiring } from "@/lib/alerts/incidents/incident";
import { ancestorsOf, type DependenciesOf, type Subject, subjectOf } from "@/lib/alerts/incidents/subject";
import { type Alert, instanceOf } from "@/lib/alerts/model/alert";
import type { Labels } from "@/lib/base/signals/labels";

export interface IncidentInput {
  /** Every alert that fires now, of all scopes. */
  readonly firing: readonly Alert[];
  /** Instances that flap: their incident stays open while they do not fire. */
  readonly flapping: ReadonlySet<string>;
  /** By the id of an alert: the one that mutes it. */
  readonly causes: ReadonlyMap<string, Alert>;
  readonly dependenciesOf: DependenciesOf;
  /** Whether more may follow from what happened to this subject, although its alert has ended: clients that are still away. */
  readonly isRecovering: (labels: Labels) => boolean;
  readonly nowMs: number;
}

export interface FollowedIncidents {
  readonly after: IncidentMemory;
  /** New, joined, eased, worse, resolved or reopened: their rows change. */
  readonly changed: readonly Incident[];
  /** Incidents whose common cause was found: their alerts now belong to `into`. */
  readonly merged: readonly { readonly from: Incident; readonly into: string }[];
  /** By alert id: the incident of each alert that joined one, or changed it. */
  readonly joined: ReadonlyMap<string, string>;
}

/**
 * Groups alerts by cause, as a fold over the incidents so far. Each firing alert belongs to exactly one incident. It joins
 * the incident of what it depends on; where it is itself the cause of open incidents, it becomes their root, and they
 * become one under the oldest id.
 */
export function followIncidents(memory: IncidentMemory, input: IncidentInput): FollowedIncidents {
  const firing = new Map(input.firing.map((alert) => [alert.id, alert]));
  const draft = new IncidentDraft(memory, input, firing);
  const strangers = input.firing.filter(({ id }) => !draft.has(id));
  if (strangers.length > 0) draft.join(strangers);
  return draft.finish();
}

interface Located {
  readonly incident: string;
  readonly member: IncidentMember;
}

/** The ancestors of an alert cost a search, and are needed for every alert that joins. */
interface Placed {
  readonly alert: Alert;
  readonly ancestors: ReadonlyMap<Subject, number>;
}

class IncidentDraft {
  readonly #before: IncidentMemory;
  readonly #input: IncidentInput;
  readonly #incidents: Map<string, Incident>;
  readonly #byAlert = new Map<string, string>();
  readonly #bySubject = new Map<Subject, Located[]>();
  /** Incidents whose root depends on a subject. Some may have become part of others since. */
  readonly #dependents = new Map<Subject, Set<string>>();
  /** By the id of an alert: the alerts that it mutes. */
  readonly #mutedBy: ReadonlyMap<string, readonly string[]>;
  /** Incidents whose list of alerts is a copy, to which more may be added. */
  readonly #copied = new Map<string, IncidentMember[]>();
  readonly #merged = new Map<string, Incident>();
  readonly #intoOf = new Map<string, string>();
  readonly #joined = new Map<string, string>();

  constructor(memory: IncidentMemory, input: IncidentInput, firing: ReadonlyMap<string, Alert>) {
    this.#before = memory;
    this.#input = input;
    const muted = [...input.causes].map(([id, cause]) => ({ id, cause: cause.id }));
    this.#mutedBy = new Map(
      [...Map.groupBy(muted, ({ cause }) => cause)].map(([id, all]) => [id, all.map((one) => one.id)]),
    );
    this.#incidents = new Map([...memory].map(([id, incident]) => [id, updated(incident, firing, input.nowMs)]));
    for (const incident of this.#incidents.values()) {
      for (const member of incident.members) this.#byAlert.set(member.id, incident.id);
    }
  }

  has(alertId: string): boolean {
    return this.#byAlert.has(alertId);
  }

  /** The outermost first, so that what happens at once finds its root. */
  join(alerts: readonly Alert[]): void {
    for (const incident of this.#incidents.values()) {
      for (const member of incident.members) this.#locate(incident.id, member);
      if (incident.resolvedMs === null) this.#addDependent(incident.id, rootOf(incident));
    }
    const placed = alerts.map((alert) => ({ alert, ancestors: this.#ancestorsOf(alert) }));
    placed.sort((a, b) => a.ancestors.size - b.ancestors.size || byCause(a.alert, b.alert));
    for (const one of placed) this.#place(one);
  }

  finish(): FollowedIncidents {
    const changed: Incident[] = [];
    for (const [id, joined] of this.#incidents) {
      const severity = this.#copied.has(id) ? worstOf(joined.members, joined.severity) : joined.severity;
      const settled = bounded(this.#settled(severity === joined.severity ? joined : { ...joined, severity }));
      this.#incidents.set(id, settled);
      if (!isSameIncident(this.#before.get(id), settled)) changed.push(settled);
      const { resolvedMs } = settled;
      if (resolvedMs !== null && Math.abs(this.#input.nowMs - resolvedMs) > CONSEQUENCE_MS) this.#incidents.delete(id);
    }
    const merged = [...this.#merged.values()].map((from) => ({ from, into: this.#currentIdOf(from.id) }));
    return { after: this.#incidents, changed, merged, joined: this.#joined };
  }

  #place(placed: Placed): void {
    const { alert } = placed;
    const known = this.#incidentOfCause(placed);
    const consequences = this.#incidentsCausedBy(alert, known?.id ?? null);
    const member: IncidentMember = memberOf(alert);
    if (known === null && consequences.length === 0) {
      this.#incidents.set(alert.id, openedBy(member));
    } else {
      const all = [...(known === null ? [] : [known]), ...consequences];
      this.#unite(all, member, known);
    }
    const id = this.#idOfMember(alert.id);
    this.#locate(id, member);
    this.#addDependent(id, member);
  }

  /** The incident that an alert belongs to as a consequence, or as another trouble of the same subject. */
  #incidentOfCause({ alert, ancestors }: Placed): Incident | null {
    const again = this.#incidentOfInstance(alert);
    if (again !== null) return again;
    const mutedBy = this.#input.causes.get(alert.id);
    const muting = mutedBy === undefined ? null : this.#openIncidentOf(mutedBy.id);
    if (muting !== null) return muting;
    let found: { readonly located: Located; readonly distance: number } | null = null;
    for (const [subject, distance] of ancestors) {
      if (found !== null && distance > found.distance) break;
      for (const located of this.#bySubject.get(subject) ?? []) {
        const { member } = located;
        const relates = distance === 0 ? isSameTrouble(member, alert) : isPossibleCause(member);
        if (!relates || !isInTime(member, alert)) continue;
        if (found === null || member.startedMs < found.located.member.startedMs) found = { located, distance };
      }
    }
    return found === null ? null : (this.#incidents.get(this.#currentIdOf(found.located.incident)) ?? null);
  }

  /** An instance that fires again while its incident is open. */
  #incidentOfInstance({ id, labels }: Alert): Incident | null {
    const instance = instanceOf(id);
    for (const { incident, member } of this.#bySubject.get(subjectOf(labels)) ?? []) {
      if (instanceOf(member.id) !== instance) continue;
      const found = this.#incidents.get(this.#currentIdOf(incident));
      if (found !== undefined && found.resolvedMs === null) return found;
    }
    return null;
  }

  #openIncidentOf(alertId: string): Incident | null {
    const id = this.#byAlert.get(alertId);
    const incident = id === undefined ? undefined : this.#incidents.get(this.#currentIdOf(id));
    return incident?.resolvedMs === null ? incident : null;
  }

  /** Open incidents whose root depends on the subject of an alert that can be their cause. */
  #incidentsCausedBy(alert: Alert, joined: string | null): readonly Incident[] {
    const dependents = isPossibleCause(alert) ? (this.#dependents.get(subjectOf(alert.labels)) ?? []) : [];
    const muted = (this.#mutedBy.get(alert.id) ?? []).flatMap((id) => this.#openIncidentOf(id)?.id ?? []);
    const ids = new Set([...dependents, ...muted].map((id) => this.#currentIdOf(id)));
    const self = memberOf(alert);
    return [...ids].flatMap((id) => {
      const incident = this.#incidents.get(id);
      if (incident === undefined || id === joined || incident.resolvedMs !== null) return [];
      const root = rootOf(incident);
      const isCause = this.#input.causes.get(root.id)?.id === alert.id || this.#dependsOn(root, alert);
      return isCause && isInTime(self, root) ? [incident] : [];
    });
  }

  #dependsOn(root: IncidentMember, alert: Alert): boolean {
    return isPossibleCause(alert) && (this.#ancestorsOf(root).get(subjectOf(alert.labels)) ?? 0) > 0;
  }

  #addDependent(incident: string, root: IncidentMember): void {
    for (const [subject, distance] of this.#ancestorsOf(root)) {
      if (distance === 0) continue;
      const dependents = this.#dependents.get(subject);
      if (dependents === undefined) this.#dependents.set(subject, new Set([incident]));
      else dependents.add(incident);
    }
  }

  /** One incident of several, under the oldest id. */
  #unite(incidents: readonly Incident[], member: IncidentMember, cause: Incident | null): void {
    const [oldest, ...others] = incidents.toSorted((a, b) => a.startedMs - b.startedMs || (a.id < b.id ? -1 : 1));
    if (oldest === undefined) return;
    // A storm joins one by one: its list is copied once.
    const members = this.#copied.get(oldest.id) ?? [...oldest.members];
    this.#copied.set(oldest.id, members);
    for (const other of others) members.push(...other.members);
    members.push(member);
    const root = cause === null ? member : outermost(rootOf(cause), member);
    const startedMs = Math.min(member.startedMs, ...incidents.map((incident) => incident.startedMs));
    this.#incidents.set(oldest.id, { ...oldest, rootId: root.id, startedMs, resolvedMs: null, members });
    for (const other of others) {
      this.#incidents.delete(other.id);
      this.#intoOf.set(other.id, oldest.id);
      // One that opened in this evaluation is known to nobody.
      if (this.#before.has(other.id)) this.#merged.set(other.id, other);
    }
    for (const { id } of [...others.flatMap((other) => other.members), member]) this.#assign(id, oldest.id);
  }

  #idOfMember(alertId: string): string {
    if (!this.#byAlert.has(alertId)) this.#assign(alertId, alertId);
    return this.#byAlert.get(alertId) ?? alertId;
  }

  #assign(alertId: string, incident: string): void {
    this.#byAlert.set(alertId, incident);
    this.#joined.set(alertId, incident);
  }

  #locate(incident: string, member: IncidentMember): void {
    const subject = subjectOf(member.labels);
    const located = this.#bySubject.get(subject);
    if (located === undefined) this.#bySubject.set(subject, [{ incident, member }]);
    else located.push({ incident, member });
  }

  #currentIdOf(id: string): string {
    const into = this.#intoOf.get(id);
    return into === undefined ? id : this.#currentIdOf(into);
  }

  readonly #ancestors = new Map<Subject, ReadonlyMap<Subject, number>>();

  #ancestorsOf({ labels }: Pick<Alert, "labels">): ReadonlyMap<Subject, number> {
    const subject = subjectOf(labels);
    const known = this.#ancestors.get(subject) ?? ancestorsOf(labels, this.#input.dependenciesOf);
    this.#ancestors.set(subject, known);
    return known;
  }

  #settled(incident: Incident): Incident {
    if (incident.resolvedMs !== null) return incident;
    const { flapping, isRecovering, nowMs } = this.#input;
    const isOpen = incident.members.some((member) => isMemberFiring(member) || flapping.has(instanceOf(member.id)));
    if (isOpen) return incident;
    const root = rootOf(incident);
    const settles = nowMs - followedFrom(root) <= CONSEQUENCE_MS && isRecovering(root.labels);
    return settles ? incident : { ...incident, resolvedMs: nowMs };
  }
}

/** An incident may last for weeks while its alerts come and go. Older ones are only in their rows. */
const ENDED_MAX = 500;

function bounded(incident: Incident): Incident {
  const { members, rootId } = incident;
  const surplus = members.length - ENDED_MAX - members.filter(isMemberFiring).length;
  if (surplus <= 0) return incident;
  const isOld = ({ id, endedMs }: IncidentMember): boolean => endedMs !== null && id !== rootId;
  const old = new Set(members.filter(isOld).slice(0, surplus));
  return { ...incident, members: members.filter((member) => !old.has(member)) };
}

const memberOf = ({ id, rule, severity, labels, startedMs }: Alert): IncidentMember => ({
  ...{ id, rule, severity, labels, startedMs },
  endedMs: null,
});

const openedBy = (member: IncidentMember): Incident => ({
  id: member.id,
  rootId: member.id,
  startedMs: member.startedMs,
  resolvedMs: null,
  severity: member.severity,
  members: [member],
});

/** The root of an incident; its first alert where the root was deleted. Throws for one without alerts. */
export function rootOf({ id, rootId, members }: Pick<Incident, "id" | "rootId" | "members">): IncidentMember {
  const root = members.find((member) => member.id === rootId) ?? members[0];
  if (root === undefined) throw new Error(`incident ${id} has no alert`);
  return root;
}

/** The root stays, unless the new alert is about the same subject and nearer to the cause. */
const outermost = (root: IncidentMember, member: IncidentMember): IncidentMember =>
  subjectOf(root.labels) === subjectOf(member.labels) && byCause(member, root) < 0 ? member : root;

function updated(incident: Incident, firing: ReadonlyMap<string, Alert>, nowMs: number): Incident {
  const members = incident.members.map((member): IncidentMember => {
    const alert = firing.get(member.id);
    if (alert === undefined) return member.endedMs === null ? { ...member, endedMs: nowMs } : member;
    if (member.endedMs === null && member.severity === alert.severity) return member;
    return { ...member, severity: alert.severity, endedMs: null };
  });
  if (members.every((member, at) => member === incident.members[at])) return incident;
  const resolvedMs = members.some(isMemberFiring) ? null : incident.resolvedMs;
  return { ...incident, members, resolvedMs, severity: worstOf(members, incident.severity) };
}

function worstOf(members: readonly IncidentMember[], before: Incident["severity"]): Incident["severity"] {
  const firing = members.filter(isMemberFiring);
  if (firing.length === 0) return before;
  return firing.some(({ severity }) => severity === "critical") ? "critical" : "warning";
}

const isSameIncident = (a: Incident | undefined, b: Incident): boolean =>
  a !== undefined &&
  a.rootId === b.rootId &&
  a.startedMs === b.startedMs &&
  a.resolvedMs === b.resolvedMs &&
  a.severity === b.severity &&
  a.members.length === b.members.length;
