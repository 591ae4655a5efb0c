import type { BuiltInRule, OverviewLine } from "@/lib/alerts/model/built-in-rule";
import { REGISTRY } from "@/lib/alerts/rules/registry";
import type { Trouble } from "@/lib/views/overview/schema";

type Rule = (typeof REGISTRY)[number];
type OfFamily<Family extends OverviewLine["family"]> = Extract<Rule, { readonly line: { readonly family: Family } }>;

const isOfQueue = (rule: Rule): rule is OfFamily<"queue"> => rule.line?.family === "queue";
const isOfRunner = (rule: Rule): rule is OfFamily<"runner"> => rule.line?.family === "runner";
const isOfJobs = (rule: Rule): rule is OfFamily<"jobs"> => rule.line?.family === "jobs";
const isOfRunners = (rule: Rule): rule is OfFamily<"runners"> => rule.line?.family === "runners";
const isOfApplication = (rule: Rule): rule is OfFamily<"application"> => rule.line?.family === "application";

const idsOf = <R extends Rule>(isOfFamily: (rule: Rule) => rule is R): R["id"][] =>
  REGISTRY.filter(isOfFamily).map(({ id }) => id);

/** Kinds of lines that are drawn from an alert; each is the id of its rule. */
export const QUEUE_LINES = idsOf(isOfQueue);
export const RUNNER_LINES = idsOf(isOfRunner);
export const JOBS_LINES = idsOf(isOfJobs);
/** Of a source with too few runners. */
export const RUNNERS_LINES = idsOf(isOfRunners);
/** Of an application as a whole, or of one of its pipelines or subscribers. */
export const APPLICATION_LINES = idsOf(isOfApplication);

type Kind = Trouble["kind"];

interface LineKind {
  readonly kind: string;
  readonly word: string;
  readonly place: number;
  readonly rules: readonly string[];
}

/** Kinds that no rule speaks of. An alert about storage could not be stored either; an absent client may come back by itself. */
const WITHOUT_RULE: readonly LineKind[] = [
  { kind: "not-kept", word: "stuck", place: 0, rules: [] },
  { kind: "client-absent", word: "absent", place: 300, rules: [] },
  // Alerts of all rules without a line of their own.
  { kind: "alert", word: "firing", place: 270, rules: [] },
];

const kindOf = (line: OverviewLine, rule: string): string => (line.family === "state" ? line.kind : rule);

const WITH_RULE: readonly LineKind[] = REGISTRY.flatMap(({ id, line }) =>
  line === null ? [] : [{ kind: kindOf(line, id), word: line.word, place: line.place, rules: [id] }],
);

/** A later phase of a trouble is still about the alert of its first one; the word and place are those of its own rule. */
const LATER_KINDS: readonly LineKind[] = REGISTRY.flatMap(({ id, line }: BuiltInRule) =>
  line?.family === "state"
    ? (line.laterKinds ?? []).map((kind) => ({ kind, word: line.word, place: line.place, rules: [id] }))
    : [],
);

const KINDS: ReadonlyMap<string, LineKind> = new Map(
  [...Map.groupBy([...WITHOUT_RULE, ...WITH_RULE, ...LATER_KINDS], ({ kind }) => kind).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [[first.kind, { ...first, rules: same.flatMap(({ rules }) => rules) }] as const];
  }),
);

/** The rules whose alerts are about what a line of this kind shows. */
export const rulesOfLine = (kind: Kind): readonly string[] => KINDS.get(kind)?.rules ?? [];

/** The place of a line among the others of its severity; lower is further up. */
export const placeOfLine = (kind: Kind): number => KINDS.get(kind)?.place ?? Number.POSITIVE_INFINITY;

/** The key, in the catalogue's `state`, of the word a line begins with. */
export const wordOfLine = (kind: Kind): string => KINDS.get(kind)?.word ?? "firing";

/** All rules that have a line of their own. */
export const LINE_RULES: ReadonlySet<string> = new Set(WITH_RULE.flatMap(({ rules }) => rules));
