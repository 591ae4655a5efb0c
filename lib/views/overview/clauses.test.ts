import { expect, test } from "vitest";
import { clausesOf } from "@/lib/views/overview/clauses";
import type { TroubleLine } from "@/lib/views/overview/schema";

const NONE = {
  ...{ notKept: 0, late: 0, blocked: 0, absent: 0, lost: 0, flapping: 0, notConsuming: 0, publishSilent: 0 },
  ...{ pinned: 0, leaking: 0, runnersSilent: 0, runnersTroubled: 0, queuesTroubled: 0, jobsTroubled: 0 },
  ...{ applicationsTroubled: 0, otherAlerts: 0, backlogsGrowing: 0, blindBrokers: [], blindSources: [], moreLines: 0 },
};
type Counts = Partial<typeof NONE>;

const who = { subject: "a", clientId: "a", broker: "main", product: null, sinceMs: 0, taken: null } as const;
const flapping: TroubleLine = { ...who, kind: "client-flapping", severity: "critical", reconnects: 9 };
const dropped: TroubleLine = { ...who, kind: "client-lost", severity: "critical", reason: null, inferred: false };
const backlog: TroubleLine = {
  ...{ kind: "retry-backlog", severity: "critical", subject: "db/q", sinceMs: 0, taken: null, due: 9, perMinute: null },
};

test.each<[string, Counts, readonly TroubleLine[], string]>([
  ["no problem gives no clause", {}, [], ""],
  ["imminent failures come before existing ones", { lost: 1, late: 2 }, [], "late 2, lost 1"],
  ["of warnings at most two", { late: 1, lost: 1, blocked: 1, absent: 4 }, [], "late 1, lost 1"],
  [
    "clients with stuck deliveries come before leaking and flapping clients",
    { flapping: 1, leaking: 1, pinned: 1 },
    [],
    "pinned 1, leaking 1",
  ],
  [
    "troubled runners and job queues come before growing backlogs",
    { backlogsGrowing: 1, jobsTroubled: 2, runnersTroubled: 1 },
    [],
    "runnersTroubled 1, jobs 2",
  ],
  ["job queues come before applications", { applicationsTroubled: 1, jobsTroubled: 2 }, [], "jobs 2, applications 1"],
  ["broker queues come before job queues", { jobsTroubled: 2, queuesTroubled: 3 }, [], "queues 3, jobs 2"],
  [
    "silent runners come before growing backlogs",
    { backlogsGrowing: 1, runnersSilent: 3 },
    [],
    "runners 3, backlogs 1",
  ],
  [
    "a critical problem comes before any warning",
    { late: 1, blocked: 1, flapping: 1 },
    [flapping],
    "flapping 1 critical, late 1",
  ],
  [
    "no critical problem is left out, and then no warning is named",
    { lost: 1, backlogsGrowing: 1, flapping: 1, late: 4 },
    [flapping, backlog, dropped],
    "lost 1 critical, backlogs 1 critical, flapping 1 critical",
  ],
])("%s", (_, counts, lines, expected) =>
  expect(
    clausesOf({ ...NONE, ...counts }, lines)
      .map(({ key, n, severity }) => `${key} ${n}${severity === "critical" ? " critical" : ""}`)
      .join(", "),
  ).toBe(expected),
);
