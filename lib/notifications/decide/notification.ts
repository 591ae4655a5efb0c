import type { Alert } from "@/lib/alerts/model/alert";
import type { Severity } from "@/lib/alerts/model/rule";

/** Why an open alert is not told at present. */
export type Mute =
  | { readonly by: "silence-window"; readonly id: string; readonly text: string; readonly untilMs: number }
  | { readonly by: "alert"; readonly id: string; readonly text: string };

/** Somebody has taken an open alert on, until `untilMs`. It ends early when the alert gets worse than `severity`. */
export interface Acknowledgement {
  readonly alertId: string;
  readonly by: string;
  readonly atMs: number;
  readonly untilMs: number;
  readonly comment: string;
  readonly severity: Severity;
}

/** What one webhook was last told of an instance. `waiting` is nothing yet: its group is still being gathered. */
export interface LastNotified {
  readonly as: "waiting" | "firing" | "acknowledged" | "flapping";
  /** The id under which the receiver has it open. It stays while it is open, though a flapping alert has many. */
  readonly alertId: string;
  readonly startedMs: number;
  readonly severity: Severity;
  readonly atMs: number;
}

/** All that is remembered, between two looks, of telling one instance (a rule on a set of labels). */
export interface NotificationState {
  readonly key: string;
  /** As it was at the last look: firing, or resolved by then. */
  readonly alert: Alert;
  /** When it fired, rose or resolved, the latest last: as many as make it flapping. */
  readonly flipsMs: readonly number[];
  readonly flappingSinceMs: number | null;
  readonly mute: Mute | null;
  /** By webhook; one that is not here has nothing open. */
  readonly told: Readonly<Record<string, LastNotified>>;
}

/** By instance key. What is over and told is forgotten, so it is bounded by what is open or has just been. */
export type NotificationMemory = ReadonlyMap<string, NotificationState>;

/** The instance an alert is of: an alert's id is its instance's key and the instant it began, after the last dash. */
export const instanceOf = (alertId: string): string => alertId.slice(0, alertId.lastIndexOf("-"));

/** Why something is told. */
export type NotificationReason =
  | "first"
  | "worse"
  | "again"
  | "repeat"
  | "acknowledged"
  | "flapping"
  | "calm"
  | "resolved";

/** One thing to tell one webhook. `alert.id` is the id the receiver knows it under. */
export interface Notification {
  readonly webhook: string;
  readonly type: "alert.firing" | "alert.resolved" | "alert.acknowledged" | "alert.flapping";
  readonly because: NotificationReason;
  readonly alert: Alert;
  readonly acknowledgement: Acknowledgement | null;
  readonly atMs: number;
}

/** What the notices need to know of a webhook. */
export interface Receiver {
  readonly id: string;
  readonly severities: readonly Severity[];
  readonly sendResolved: boolean;
  /** How alerts for it are put together; null: each by itself. */
  readonly group: Grouping | null;
}

/** Alerts with the same values of `by` are one group, and told as one where more than `over` come together. */
export interface Grouping {
  readonly by: readonly string[];
  readonly over: number;
  /** How long a first alert waits for others of its group, ms. */
  readonly waitMs: number;
}

export interface Flapping {
  /** This many flips within `withinMs` … */
  readonly flips: number;
  readonly withinMs: number;
  /** … until there was none for this long. */
  readonly calmMs: number;
}

/** How often an open alert is told again, ms; null: never. */
export type Repeat = Readonly<Record<Severity, number | null>>;
