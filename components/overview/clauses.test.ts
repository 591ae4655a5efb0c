import { expect, test } from "vitest";
import { clausesOf } from "@/components/overview/clauses";
import type { OverviewVerdict } from "@/lib/views/overview/schema";

const verdict = (counts: Partial<OverviewVerdict>): OverviewVerdict => ({
  state: "trouble",
  severity: "critical",
  taken: { acknowledged: 0, muted: 0 },
  sinceMs: 0,
  provenMs: 0,
  ...{ notConsuming: 0, publishSilent: 0, pinned: 0, leaking: 0 },
  ...{
    notKept: 0,
    late: 0,
    blocked: 0,
    absent: 0,
    lost: 0,
    flapping: 0,
    runnersSilent: 0,
    backlogsGrowing: 0,
    runnersTroubled: 0,
    queuesTroubled: 0,
    jobsTroubled: 0,
    applicationsTroubled: 0,
    otherAlerts: 0,
  },
  ...{ blindBrokers: [], blindSources: [], lines: [], moreLines: 0 },
  ...counts,
});

test.each<[string, Partial<OverviewVerdict>, string]>([
  ["no trouble gives no clause", {}, ""],
  ["imminent failures come before existing ones", { lost: 1, late: 2 }, "late 2, lost 1"],
  ["at most two clauses", { late: 1, lost: 1, blocked: 1, absent: 4 }, "late 1, lost 1"],
  [
    "clients with stuck deliveries come before leaking and flapping clients",
    { flapping: 1, leaking: 1, pinned: 1 },
    "pinned 1, leaking 1",
  ],
  [
    "troubled runners and job queues come before growing backlogs",
    { backlogsGrowing: 1, jobsTroubled: 2, runnersTroubled: 1 },
    "runnersTroubled 1, jobs 2",
  ],
  ["job queues come before applications", { applicationsTroubled: 1, jobsTroubled: 2 }, "jobs 2, applications 1"],
  ["broker queues come before job queues", { jobsTroubled: 2, queuesTroubled: 3 }, "queues 3, jobs 2"],
  ["silent runners come before growing backlogs", { backlogsGrowing: 1, runnersSilent: 3 }, "runners 3, backlogs 1"],
])("%s", (_, counts, expected) =>
  expect(
    clausesOf(verdict(counts))
      .map((clause) => `${clause.key} ${clause.n}`)
      .join(", "),
  ).toBe(expected),
);
