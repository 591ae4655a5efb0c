import { remedyOf } from "@/lib/alerts/remedy";
import { cut, duration, measured, plural, type Sentence, subject, type Told } from "@/lib/alerts/words";
import { en } from "@/lib/messages/en";

/** The sentences about job sources and their runners; the last part of each is what to do. */
export const OPEN_WORK: Readonly<Record<string, Sentence>> = {
  "retry-backlog": (told) => {
    const oldest = measured(told, "oldestDueSeconds");
    const waited = oldest === null ? "" : `, the oldest for ${duration(oldest)}`;
    return `${subject(told)} has ${plural(told.value, "retry", "retries")} due${waited}${cause(told)}${remedy(told)}`;
  },
  "retry-not-draining": (told) => {
    const due = measured(told, "due");
    const retries = due === null ? "due retries" : `${plural(due, "due retry", "due retries")}`;
    return `${subject(told)}: ${retries} not draining for ${duration(told.value ?? 0)}${cause(told)}${remedy(told)}`;
  },
  "retry-conflict-loop": (told) => {
    const twins = measured(told, "conflicts");
    const [updates, rollbacks] = [measured(told, "updates"), measured(told, "rollbacks")];
    const seen = updates !== null && rollbacks !== null;
    const held =
      twins !== null && twins > 0
        ? `${plural(twins, "retry", "retries")} whose key a pending job holds`
        : seen
          ? "no retry is stored"
          : "retries whose key a pending job holds";
    const within = duration(measured(told, "windowSeconds") ?? 0);
    const evidence = seen ? `, ${plural(rollbacks, "rollback")} on ${plural(updates, "update")} in ${within}` : "";
    return `${subject(told)}: ${held}${evidence}, nothing drained for ${duration(told.value ?? 0)} (inferred)${remedy(told)}`;
  },
  "jobs-not-taken": (told) => {
    const waiting = measured(told, "waiting");
    const jobs = waiting === null ? "work waits" : `${plural(waiting, "job")} wait${waiting === 1 ? "s" : ""}`;
    return `${subject(told)}: ${jobs} and nobody has taken any for ${duration(told.value ?? 0)} (inferred)${remedy(told)}`;
  },
  "jobs-orphaned": (told) =>
    `${subject(told)}: ${plural(told.value, "job")} running for longer than ${told.value === 1 ? "it" : "they"} may (inferred)${remedy(told)}`,
  "jobs-orphan-child": (told) =>
    `${subject(told)}: ${plural(told.value, "job")} wait${told.value === 1 ? "s" : ""} for a parent that has ended and will not release ${told.value === 1 ? "it" : "them"}${remedy(told)}`,
  "open-rows": (told) => `${subject(told)} has ${plural(told.value, "open row")}, which slow each pick${remedy(told)}`,
  "runner-silent": (told) => {
    const silence = measured(told, "silenceSeconds");
    const limit = measured(told, "limitSeconds");
    const since = silence === null ? "silent" : `silent ${duration(silence)}`;
    const bound = limit === null ? "" : ` (limit ${duration(limit)})`;
    return `${subject(told)} ${since}${bound}${holding(told)}${remedy(told)}`;
  },
  "runner-stuck": (told) => `${subject(told)} is in contact and its work stands still${holding(told)}${remedy(told)}`,
  "runner-deaf": (told) =>
    `${subject(told)} holds nothing and has not asked for the work that waits (inferred)${remedy(told)}`,
  "runner-bouncing": (told) =>
    `${subject(told)} was given the same job three times within an hour, and no failure was reported (inferred)${remedy(told)}`,
  "runner-missing": (told) => {
    const gone = measured(told, "missingSeconds");
    const since = gone === null ? "" : ` for ${duration(gone)}`;
    return `${subject(told)} has been missing${since}${holding(told)}${remedy(told)}`;
  },
  "application-redialing": (told) =>
    `${subject(told)}: /jobs has hung for ${duration(told.value ?? 0)}, so a pipeline is redialling the broker (inferred)${which(told)}${remedy(told)}`,
  "pipeline-broken": (told) =>
    `${subject(told)}: one failing pipeline has made /jobs answer 503 for ${duration(told.value ?? 0)}${which(told)}${remedy(told)}`,
  "pipeline-not-consuming": (told) =>
    `${subject(told)} is connected${byClient(told)} and has consumed nothing for ${duration(told.value ?? 0)} (inferred)${remedy(told)}`,
  "pipeline-gave-up": (told) =>
    `${subject(told)} has had no connection to the broker for ${duration(told.value ?? 0)}${byClient(told)} (inferred)${remedy(told)}`,
  "subscriber-publish-silent": (told) =>
    `${subject(told)} is given messages and its application has published nothing for ${duration(told.value ?? 0)} (inferred)${remedy(told)}`,
  "leader-absent": (told) => {
    const waiting = measured(told, "waiting");
    const jobs = waiting === null ? "work waits" : `${plural(waiting, "job")} wait${waiting === 1 ? "s" : ""}`;
    return `${subject(told)}: ${jobs} and nobody has held the leader's lock for ${duration(told.value ?? 0)}${remedy(told)}`;
  },
  "runners-short": (told) => {
    const [present, expected] = [measured(told, "present"), measured(told, "expected")];
    const of = present === null || expected === null ? "" : `: ${present} of ${expected} are there`;
    return `${subject(told)} is short of ${plural(told.value, "runner")}${of}`;
  },
};

export const CLEARED_WORK: Readonly<Record<string, Sentence>> = {
  "retry-backlog": (told) => `${subject(told)} is down to ${plural(told.value, "retry", "retries")} due`,
  "retry-not-draining": (told) => `${subject(told)}: due retries are draining again`,
  "retry-conflict-loop": (told) => `${subject(told)}: no retry is held up by its twin any more`,
  "jobs-not-taken": (told) => `${subject(told)}: jobs are taken again, or none waits`,
  "jobs-orphaned": (told) => `${subject(told)}: no job runs for longer than it may`,
  "jobs-orphan-child": (told) => `${subject(told)}: no job waits for a parent that has ended`,
  "open-rows": (told) => `${subject(told)} is down to ${plural(told.value, "open row")}`,
  "runner-silent": (told) => `${subject(told)} was heard from again`,
  "runner-stuck": (told) => `${subject(told)} gets on with its work again`,
  "runner-deaf": (told) => `${subject(told)} has asked for work again`,
  "runner-bouncing": (told) => `${subject(told)} keeps the jobs it is given`,
  "runner-missing": (told) => `${subject(told)} is back`,
  "application-redialing": (told) => `${subject(told)}: /jobs answers at once again`,
  "pipeline-broken": (told) => `${subject(told)} names its pipelines again`,
  "pipeline-not-consuming": (told) => `${subject(told)} consumes again`,
  "pipeline-gave-up": (told) => `${subject(told)} is connected again`,
  "subscriber-publish-silent": (told) => `${subject(told)}: its application publishes again, or it holds no more`,
  "leader-absent": (told) => `${subject(told)}: somebody leads again, or nothing waits`,
  "runners-short": (told) => `${subject(told)} has all the runners it should`,
};

/** What to do, after a semicolon; "" where nothing better is known than to look. */
export function remedy(told: Told): string {
  const name = remedyOf(told.rule, told.context);
  return name === null ? "" : `; ${en.remedies[name]}`;
}

/** Pipelines that the broker shows to be away or idle. */
const which = ({ context }: Told): string =>
  typeof context.pipelines === "string" ? `; the broker shows ${cut(context.pipelines)} apart` : "";

const byClient = ({ context }: Told): string =>
  typeof context.client === "string" ? ` as ${cut(context.client)}` : "";

/** Why, where the table shows it. */
function cause({ context }: Told): string {
  const said = typeof context.cause === "string" ? CAUSES.get(context.cause) : undefined;
  return said === undefined ? "" : `: ${said} (inferred)`;
}

const CAUSES: ReadonlyMap<string, string> = new Map([
  ["conflict", "a pending job holds their key"],
  ["not-taken", "nobody takes any work"],
  ["starved", "fresh jobs are served before them"],
  ["one-error", "nearly all fail with the same error"],
]);

function holding(told: Told): string {
  const jobs = measured(told, "jobsRunning");
  return jobs === null ? "" : `, holding ${plural(jobs, "job")}`;
}
