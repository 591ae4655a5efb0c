import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";

/** One alert of an incident. */
export interface IncidentMember extends Pick<Alert, "id" | "rule" | "severity" | "labels" | "startedMs"> {
  /** null while it fires. */
  readonly endedMs: number | null;
}

/** The alerts of one cause. Its id is that of its first alert, and does not change when an outer cause is found later. */
export interface Incident {
  readonly id: string;
  /** The id of the alert that caused the others. */
  readonly rootId: string;
  readonly startedMs: number;
  /** null while it is open. */
  readonly resolvedMs: number | null;
  /** The worst of the alerts that fire; once none does, of those that fired last. */
  readonly severity: Severity;
  readonly members: readonly IncidentMember[];
}

/** By id: those that are open, and those that ended so recently that an alert may still join. */
export type IncidentMemory = ReadonlyMap<string, Incident>;

export const isMemberFiring = ({ endedMs }: IncidentMember): boolean => endedMs === null;
