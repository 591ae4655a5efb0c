import type { Rule } from "@/lib/alerts/model/rule";
import type { Context } from "@/lib/base/messages/sentence/context";

/** The packs of the rules page: RabbitMQ itself, what all job systems share, five systems, Lastbeat and one's own rules. */
export const PACKS = [
  "rabbitmq",
  "work",
  "kyoo",
  "roadrunner",
  "bitmagnet",
  "peertube",
  "faststream",
  "lastbeat",
  "yours",
] as const;
export type Pack = (typeof PACKS)[number];

/** A word of the catalogue's `state`, which a line on the overview begins with. */
type StateWord =
  | "absent"
  | "blocked"
  | "bouncing"
  | "deaf"
  | "flapping"
  | "late"
  | "leaking"
  | "lost"
  | "missing"
  | "silent"
  | "stuck"
  | "unreachable";

/**
 * How the overview shows a firing rule. `state`: as the line `kind`, which is drawn from the state of a client, broker,
 * source or runner. The other families are drawn from the alert, and the line's kind is the rule's id: of a queue on a
 * broker, of a runner, of a queue of jobs, of a source with too few runners, of an application.
 */
export type OverviewLine = {
  readonly word: StateWord;
  /** Lines are in ascending order of their places: blindness, then what is about to break, then what is broken. */
  readonly place: number;
} /** `laterKinds`: lines of the phases that follow under the same alert. */ & (
  | { readonly family: "state"; readonly kind: string; readonly laterKinds?: readonly string[] }
  | { readonly family: "queue" | "runner" | "jobs" | "runners" | "application" }
);

/** Alerts that a firing alert of this rule mutes: those that `target` matches, with the same labels of `equal`. */
interface Mute {
  readonly target: string;
  readonly equal: readonly string[];
}

/** A rule that ships with Lastbeat. Its texts are in `lib/base/messages/rules`, under the same id. */
export interface BuiltInRule extends Rule {
  readonly pack: Exclude<Pack, "yours">;
  /** null: its alerts have a general line each. */
  readonly line: OverviewLine | null;
  /** The panel that draws its thresholds and alerts. */
  readonly panel: string | null;
  readonly mutes: readonly Mute[];
  /**
   * That a broker, node, source or application does not work, which is the cause of alerts of its parts. `total`: nothing of
   * it works, so that whatever happens while it lasts belongs to it.
   */
  readonly outage: "partial" | "total" | null;
  /**
   * The name of a text that says what to do, by the context of the alert's reading; null where nothing is known beyond
   * the rule's own advice. A name without a text does not compile (`lib/alerts/catalogue/remedy.ts`).
   */
  readonly remedy: (context: Context) => string | null;
}

/** What most built-in rules have in common: above a threshold, at once, for every instance of the signal. */
export const BUILT_IN = {
  match: [],
  condition: { kind: "value" },
  comparison: "above",
  warning: null,
  critical: null,
  forMs: 0,
  keepFiringMs: 0,
  clearAt: null,
  enabled: true,
  inferred: false,
  origin: "built-in",
  path: null,
  line: null,
  panel: null,
  mutes: [],
  outage: null,
  remedy: () => null,
} as const satisfies Partial<BuiltInRule>;
