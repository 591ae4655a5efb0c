import type { OverviewVerdict } from "@/lib/views/overview/schema";

export interface Clause {
  readonly key:
    | "notKept"
    | "late"
    | "lost"
    | "blocked"
    | "notConsuming"
    | "pinned"
    | "publishSilent"
    | "runners"
    | "runnersTroubled"
    | "queues"
    | "jobs"
    | "applications"
    | "backlogs"
    | "alerts"
    | "leaking"
    | "flapping"
    | "absent";
  readonly n: number;
}

/** Two clauses can be read at a glance; the lines below list the rest. */
const CLAUSES_MAX = 2;

/** The clauses of the verdict's sentence, most urgent first: imminent failures before existing ones. */
export function clausesOf(verdict: OverviewVerdict): readonly Clause[] {
  const all: readonly Clause[] = [
    { key: "notKept", n: verdict.notKept },
    { key: "late", n: verdict.late },
    { key: "lost", n: verdict.lost },
    { key: "blocked", n: verdict.blocked },
    { key: "notConsuming", n: verdict.notConsuming },
    { key: "pinned", n: verdict.pinned },
    { key: "publishSilent", n: verdict.publishSilent },
    { key: "runners", n: verdict.runnersSilent },
    { key: "runnersTroubled", n: verdict.runnersTroubled },
    { key: "queues", n: verdict.queuesTroubled },
    { key: "jobs", n: verdict.jobsTroubled },
    { key: "applications", n: verdict.applicationsTroubled },
    { key: "backlogs", n: verdict.backlogsGrowing },
    { key: "alerts", n: verdict.otherAlerts },
    { key: "leaking", n: verdict.leaking },
    { key: "flapping", n: verdict.flapping },
    { key: "absent", n: verdict.absent },
  ];
  return all.filter((clause) => clause.n > 0).slice(0, CLAUSES_MAX);
}
