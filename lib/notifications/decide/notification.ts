import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";

/** Why nothing is sent for an open alert at present: a silence window, or another alert that causes it. */
export type Mute =
  | { readonly by: "silence-window"; readonly id: string; readonly text: string; readonly untilMs: number }
  | { readonly by: "alert"; readonly id: string; readonly text: string };

/** The key of an acknowledgement of a whole incident, beside those of single alerts. */
export const acknowledgementKey = (incident: string): string => `incident:${incident}`;

/** A person works on an open alert, or on all alerts of an incident, until `untilMs`. It ends early when the alert rises above `severity`. */
export interface Acknowledgement {
  /** The id of the alert, or `incident:` and the id of the incident. */
  readonly alertId: string;
  readonly by: string;
  readonly atMs: number;
  readonly untilMs: number;
  readonly comment: string;
  readonly severity: Severity;
}

/** The last notification of an instance to one webhook. `waiting`: none yet, its group is still collecting alerts. */
export interface LastNotified {
  readonly as: "waiting" | "firing" | "acknowledged" | "flapping";
  /** The id under which the receiver has the incident open. It does not change while the instance flaps. */
  readonly alertId: string;
  readonly startedMs: number;
  readonly severity: Severity;
  readonly atMs: number;
  /** How many alerts the incident had; absent: one. */
  readonly alerts?: number;
}

/** The state of the notifications of one instance (a rule on a set of labels) between two evaluations. */
export interface NotificationState {
  readonly key: string;
  /** As of the last evaluation: firing, or resolved by then. */
  readonly alert: Alert;
  /** When it fired, rose or resolved, the latest last; as many as flapping needs. */
  readonly flipsMs: readonly number[];
  readonly flappingSinceMs: number | null;
  readonly mute: Mute | null;
  /** By webhook. A webhook without an entry has no open incident of this instance. */
  readonly lastNotified: Readonly<Record<string, LastNotified>>;
}

/** By instance key. Bounded by what is open or ended recently: instances that ended everywhere are deleted. */
export type NotificationMemory = ReadonlyMap<string, NotificationState>;

/** Why a notification is sent. */
export type NotificationReason =
  | "first"
  | "worse"
  | "joined"
  | "again"
  | "repeat"
  | "acknowledged"
  | "flapping"
  | "calm"
  | "resolved";

/** The alerts of an incident as receivers are notified of them. */
export interface NotifiedAlerts {
  readonly id: string;
  readonly rootId: string;
  readonly severity: Severity;
  readonly startedMs: number;
  readonly resolvedMs: number | null;
  /** How many instances belong to it, silenced ones aside. */
  readonly count: number;
  /** The root first, then those that fire, the worst first. */
  readonly alerts: readonly Alert[];
}

/** One notification to one webhook. `alert.id` is the id under which the receiver has the incident open. */
export interface Notification {
  readonly webhook: string;
  readonly type: "alert.firing" | "alert.resolved" | "alert.acknowledged" | "alert.flapping";
  readonly reason: NotificationReason;
  readonly alert: Alert;
  readonly acknowledgement: Acknowledgement | null;
  /** The incident that the alert belongs to. */
  readonly incident: NotifiedAlerts | null;
  /** Whether it is about the whole incident: `alert` is then the one that speaks for it, under the incident's id. */
  readonly isWhole: boolean;
  readonly atMs: number;
}

/** The settings of a webhook that decide which notifications it gets. */
export interface Receiver {
  readonly id: string;
  readonly severities: readonly Severity[];
  readonly sendResolved: boolean;
  /** null: alerts are never grouped. */
  readonly group: Grouping | null;
}

/** Alerts with the same values of `by` are a group. More than `over` of them at once share one notification. */
export interface Grouping {
  readonly by: readonly string[];
  readonly over: number;
  /** How long the first alert of a group waits for others, ms. */
  readonly waitMs: number;
}

export interface Flapping {
  /** An instance flaps after this many flips within `withinMs` … */
  readonly flips: number;
  readonly withinMs: number;
  /** … until it has had none for this long. */
  readonly calmMs: number;
}

/** The interval at which the notification of an open alert is repeated, ms; null: never. */
export type Repeat = Readonly<Record<Severity, number | null>>;
