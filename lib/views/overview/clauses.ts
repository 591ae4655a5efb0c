import {
  APPLICATION_LINES,
  JOBS_LINES,
  QUEUE_LINES,
  RUNNER_LINES,
  RUNNERS_LINES,
} from "@/lib/views/overview/line-kinds";
import type { OverviewVerdict, TroubleLine } from "@/lib/views/overview/schema";

type Counts = Omit<
  OverviewVerdict,
  "state" | "severity" | "taken" | "sinceMs" | "provenMs" | "configured" | "clauses" | "lines"
>;
type Clause = OverviewVerdict["clauses"][number];

/** Two warnings can be read at a glance; the lines below list the rest. Critical problems are never left out. */
const CLAUSES_MAX = 2;

const of =
  (...kinds: readonly TroubleLine["kind"][]) =>
  ({ kind }: TroubleLine): boolean =>
    kinds.includes(kind);

/** What each clause counts, and which lines are about it: imminent failures before existing ones. */
const CLAUSES: readonly {
  readonly key: Clause["key"];
  readonly n: (counts: Counts) => number;
  readonly isAbout: (line: TroubleLine) => boolean;
}[] = [
  { key: "notKept", n: ({ notKept }) => notKept, isAbout: of("not-kept") },
  { key: "late", n: ({ late }) => late, isAbout: of("client-late") },
  { key: "lost", n: ({ lost }) => lost, isAbout: of("client-lost", "clients-not-back") },
  { key: "blocked", n: ({ blocked }) => blocked, isAbout: of("client-blocked") },
  { key: "notConsuming", n: ({ notConsuming }) => notConsuming, isAbout: of("client-not-consuming") },
  { key: "pinned", n: ({ pinned }) => pinned, isAbout: of("client-pinned") },
  { key: "publishSilent", n: ({ publishSilent }) => publishSilent, isAbout: of("client-publish-silent") },
  { key: "runners", n: ({ runnersSilent }) => runnersSilent, isAbout: of("runner-silent") },
  {
    key: "runnersTroubled",
    n: ({ runnersTroubled }) => runnersTroubled,
    isAbout: of(...RUNNER_LINES, ...RUNNERS_LINES),
  },
  { key: "queues", n: ({ queuesTroubled }) => queuesTroubled, isAbout: of(...QUEUE_LINES) },
  { key: "jobs", n: ({ jobsTroubled }) => jobsTroubled, isAbout: of(...JOBS_LINES) },
  { key: "applications", n: ({ applicationsTroubled }) => applicationsTroubled, isAbout: of(...APPLICATION_LINES) },
  { key: "backlogs", n: ({ backlogsGrowing }) => backlogsGrowing, isAbout: of("retry-backlog") },
  { key: "alerts", n: ({ otherAlerts }) => otherAlerts, isAbout: of("alert") },
  { key: "leaking", n: ({ leaking }) => leaking, isAbout: of("client-leaking") },
  { key: "flapping", n: ({ flapping }) => flapping, isAbout: of("client-flapping") },
  { key: "absent", n: ({ absent }) => absent, isAbout: of("client-absent") },
];

/**
 * The clauses of the verdict's sentence: all critical ones, then warnings while there are fewer than two; within a
 * severity the most urgent first.
 */
export function clausesOf(counts: Counts, lines: readonly TroubleLine[]): readonly Clause[] {
  const all = CLAUSES.map(({ key, n, isAbout }): Clause => {
    const isCritical = lines.some((line) => line.severity === "critical" && isAbout(line));
    return { key, n: n(counts), severity: isCritical ? "critical" : "warning" };
  }).filter(({ n }) => n > 0);
  const critical = all.filter(({ severity }) => severity === "critical");
  const warnings = all.filter(({ severity }) => severity === "warning");
  return [...critical, ...warnings.slice(0, Math.max(0, CLAUSES_MAX - critical.length))];
}
