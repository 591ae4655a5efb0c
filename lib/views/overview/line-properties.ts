import type { BuiltInRule, OverviewLine } from "@/lib/alerts/model/built-in-rule";
import { REGISTRY } from "@/lib/alerts/rules/registry";
import type { Trouble } from "@/lib/views/overview/schema";

type Kind = Trouble["kind"];

interface LineKind {
  readonly kind: string;
  readonly word: string;
  readonly place: number;
  readonly rules: readonly string[];
}

/** Kinds without a rule: an alert about storage could not be stored either, and an absent client may come back by itself. */
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

/** Lines of later phases belong to the alert of the first phase; their word and place are those of their own rule. */
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

/** The rules whose alerts belong to lines of this kind. */
export const rulesOfLine = (kind: Kind): readonly string[] => KINDS.get(kind)?.rules ?? [];

/** The place of a line among the others of its severity; lower is further up. */
export const placeOfLine = (kind: Kind): number => KINDS.get(kind)?.place ?? Number.POSITIVE_INFINITY;

/** The key, in the catalogue's `state`, of the word a line begins with. */
export const wordOfLine = (kind: Kind): string => KINDS.get(kind)?.word ?? "firing";

/** All rules that have a line of their own. */
export const LINE_RULES: ReadonlySet<string> = new Set(WITH_RULE.flatMap(({ rules }) => rules));
