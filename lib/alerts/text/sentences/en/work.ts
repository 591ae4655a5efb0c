import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import type { BuiltInRuleId as ShippedRule } from "@/lib/alerts/rules/catalogue";
import { duration, held, plural, remedy, subject, waiting } from "@/lib/alerts/text/sentences/en/words";
import type { AlertTextFor } from "@/lib/alerts/text/sentences/language";
import { measured, named, number, part } from "@/lib/alerts/text/words";

/** What is said of job sources, their runners and their applications; the last part of each is what to do. */
export const work = {
  "retry-backlog": {
    open: (told) => {
      const waited = part(measured(told, "oldestDueSeconds"), (s) => `, the oldest for ${duration(s)}`);
      return `${subject(told)} has ${plural(told.value, "retry", "retries")} due${waited}${cause(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)} is down to ${plural(told.value, "retry", "retries")} due`,
  },
  "retry-not-draining": {
    open: (told) => {
      const due = part(measured(told, "due"), (n) => plural(n, "due retry", "due retries"), "due retries");
      return `${subject(told)}: ${due} not draining for ${held(told)}${cause(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)}: due retries are draining again`,
  },
  "retry-conflict-loop": {
    open: (told) => {
      const twins = measured(told, "conflicts") ?? 0;
      const [updates, rollbacks] = [measured(told, "updates"), measured(told, "rollbacks")];
      const seen = updates !== null && rollbacks !== null;
      const blocked =
        twins > 0
          ? `${plural(twins, "retry", "retries")} whose key a pending job holds`
          : seen
            ? "no retry is stored"
            : "retries whose key a pending job holds";
      const within = duration(measured(told, "windowSeconds") ?? 0);
      const evidence = seen ? `, ${plural(rollbacks, "rollback")} on ${plural(updates, "update")} in ${within}` : "";
      return `${subject(told)}: ${blocked}${evidence}, nothing drained for ${held(told)} (inferred)${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)}: no retry is held up by its twin any more`,
  },
  "jobs-not-taken": {
    open: (told) =>
      `${subject(told)}: ${waiting(told)} and nobody has taken any for ${held(told)} (inferred)${remedy(told)}`,
    cleared: (told) => `${subject(told)}: jobs are taken again, or none waits`,
  },
  "jobs-orphaned": {
    open: (told) =>
      `${subject(told)}: ${plural(told.value, "job")} running for longer than ${told.value === 1 ? "it" : "they"} may (inferred)${remedy(told)}`,
    cleared: (told) => `${subject(told)}: no job runs for longer than it may`,
  },
  "jobs-orphan-child": {
    open: (told) =>
      `${subject(told)}: ${plural(told.value, "job")} wait${told.value === 1 ? "s" : ""} for a parent that has ended and will not release ${told.value === 1 ? "it" : "them"}${remedy(told)}`,
    cleared: (told) => `${subject(told)}: no job waits for a parent that has ended`,
  },
  "open-rows": {
    open: (told) => `${subject(told)} has ${plural(told.value, "open row")}, which slow each pick${remedy(told)}`,
    cleared: (told) => `${subject(told)} is down to ${plural(told.value, "open row")}`,
  },
  "runner-silent": {
    open: (told) => {
      const silent = part(measured(told, "silenceSeconds"), (s) => `silent ${duration(s)}`, "silent");
      const bound = part(measured(told, "limitSeconds"), (s) => ` (limit ${duration(s)})`);
      return `${subject(told)} ${silent}${bound}${holding(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)} was heard from again`,
  },
  "runner-stuck": {
    open: (told) => `${subject(told)} is in contact and its work stands still${holding(told)}${remedy(told)}`,
    cleared: (told) => `${subject(told)} gets on with its work again`,
  },
  "runner-deaf": {
    open: (told) =>
      `${subject(told)} holds nothing and has not asked for the work that waits (inferred)${remedy(told)}`,
    cleared: (told) => `${subject(told)} has asked for work again`,
  },
  "runner-bouncing": {
    open: (told) =>
      `${subject(told)} was given the same job three times within an hour, and no failure was reported (inferred)${remedy(told)}`,
    cleared: (told) => `${subject(told)} keeps the jobs it is given`,
  },
  "runner-missing": {
    open: (told) => {
      const gone = part(measured(told, "missingSeconds"), (s) => ` for ${duration(s)}`);
      return `${subject(told)} has been missing${gone}${holding(told)}${remedy(told)}`;
    },
    cleared: (told) => `${subject(told)} is back`,
  },
  "application-redialing": {
    open: (told) =>
      `${subject(told)}: /jobs has hung for ${held(told)}, so a pipeline is redialling the broker (inferred)${which(told)}${remedy(told)}`,
    cleared: (told) => `${subject(told)}: /jobs answers at once again`,
  },
  "pipeline-broken": {
    open: (told) =>
      `${subject(told)}: one failing pipeline has made /jobs answer 503 for ${held(told)}${which(told)}${remedy(told)}`,
    cleared: (told) => `${subject(told)} names its pipelines again`,
  },
  "pipeline-not-consuming": {
    open: (told) =>
      `${subject(told)} is connected${byClient(told)} and has consumed nothing for ${held(told)} (inferred)${remedy(told)}`,
    cleared: (told) => `${subject(told)} consumes again`,
  },
  "pipeline-gave-up": {
    open: (told) =>
      `${subject(told)} has had no connection to the broker for ${held(told)}${byClient(told)} (inferred)${remedy(told)}`,
    cleared: (told) => `${subject(told)} is connected again`,
  },
  "subscriber-publish-silent": {
    open: (told) =>
      `${subject(told)} is given messages and its application has published nothing for ${held(told)} (inferred)${remedy(told)}`,
    cleared: (told) => `${subject(told)}: its application publishes again, or it holds no more`,
  },
  "leader-absent": {
    open: (told) =>
      `${subject(told)}: ${waiting(told)} and nobody has held the leader's lock for ${held(told)}${remedy(told)}`,
    cleared: (told) => `${subject(told)}: somebody leads again, or nothing waits`,
  },
  "runners-short": {
    open: (told) => {
      const [present, expected] = [measured(told, "present"), measured(told, "expected")];
      const of = present === null || expected === null ? "" : `: ${number(present)} of ${number(expected)} are there`;
      return `${subject(told)} is short of ${plural(told.value, "runner")}${of}`;
    },
    cleared: (told) => `${subject(told)} has all the runners it should`,
  },
} as const satisfies Partial<AlertTextFor<ShippedRule>>;

/** Pipelines that the broker shows to be away or idle. */
const which = (told: SummaryInput): string =>
  part(named(told, "pipelines"), (names) => `; the broker shows ${names} apart`);

const byClient = (told: SummaryInput): string => part(named(told, "client"), (name) => ` as ${name}`);

/** Why, where the table shows it. */
const cause = (told: SummaryInput): string =>
  part(CAUSES.get(named(told, "cause") ?? "") ?? null, (said) => `: ${said} (inferred)`);

const CAUSES: ReadonlyMap<string, string> = new Map([
  ["conflict", "a pending job holds their key"],
  ["not-taken", "nobody takes any work"],
  ["starved", "fresh jobs are served before them"],
  ["one-error", "nearly all fail with the same error"],
]);

const holding = (told: SummaryInput): string =>
  part(measured(told, "jobsRunning"), (jobs) => `, holding ${plural(jobs, "job")}`);
