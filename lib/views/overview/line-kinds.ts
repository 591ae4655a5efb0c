import type { OverviewLine } from "@/lib/alerts/model/built-in-rule";
import { REGISTRY } from "@/lib/alerts/rules/registry";

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
