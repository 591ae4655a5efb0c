import { z } from "zod";
import { AlertView, RuleView } from "@/lib/views/alerts";
import { BrokerView } from "@/lib/views/brokers";
import { ClientView } from "@/lib/views/clients";
import { JobsRow } from "@/lib/views/jobs";
import { RunnerView } from "@/lib/views/runners";
import { APPLICATION_LINES, JOBS_LINES, RUNNER_LINES } from "@/lib/views/work-lines";

/** One line under the verdict: worst first, at most five. `subject` names it, the rest are the numbers of its sentence. */
export const TroubleLine = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("client-late"),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    clientId: z.string(),
    broker: z.string(),
    product: z.string().nullable(),
    sinceMs: z.number(),
    silenceSeconds: z.number(),
    timeoutSeconds: z.number(),
    closeExpectedMs: z.object({ from: z.number(), to: z.number() }),
  }),
  z.object({
    kind: z.enum(["client-lost", "client-absent", "client-blocked"]),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    clientId: z.string(),
    broker: z.string(),
    product: z.string().nullable(),
    sinceMs: z.number(),
    reason: z.string().nullable(),
    inferred: z.boolean(),
  }),
  z.object({
    kind: z.literal("client-flapping"),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    clientId: z.string(),
    broker: z.string(),
    product: z.string().nullable(),
    sinceMs: z.number(),
    reconnects: z.number(),
  }),
  z.object({
    kind: z.enum(["client-not-consuming", "client-publish-silent", "client-pinned"]),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    clientId: z.string(),
    broker: z.string(),
    product: z.string().nullable(),
    sinceMs: z.number(),
    /** For how long it had been so when it was last measured. */
    heldSeconds: z.number(),
    queues: z.array(z.string()),
  }),
  z.object({
    kind: z.literal("client-leaking"),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    clientId: z.string(),
    broker: z.string(),
    product: z.string().nullable(),
    sinceMs: z.number(),
    sessionsOpen: z.number(),
    usually: z.number(),
  }),
  z.object({
    kind: z.literal("clients-not-back"),
    severity: z.enum(["warning", "critical"]),
    /** Their names. */
    subject: z.string(),
    broker: z.string(),
    sinceMs: z.number(),
    missing: z.number(),
    went: z.number(),
    back: z.number(),
  }),
  z.object({
    kind: z.literal("alert"),
    severity: z.enum(["warning", "critical"]),
    /** Its rule. */
    subject: z.string(),
    alertId: z.string(),
    sinceMs: z.number(),
    summary: z.string(),
  }),
  z.object({
    kind: z.literal("broker-blind"),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    sinceMs: z.number(),
    because: z.string(),
  }),
  z.object({
    kind: z.literal("source-blind"),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    sinceMs: z.number(),
    because: z.string(),
  }),
  z.object({
    kind: z.literal("retry-backlog"),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    sinceMs: z.number(),
    due: z.number(),
    perMinute: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("runner-silent"),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    source: z.string(),
    sinceMs: z.number(),
    silenceSeconds: z.number(),
    jobsRunning: z.number(),
  }),
  z.object({
    kind: z.enum(RUNNER_LINES),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    source: z.string(),
    sinceMs: z.number(),
    jobsRunning: z.number(),
  }),
  z.object({
    kind: z.enum([...JOBS_LINES, "runners-short"]),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    source: z.string(),
    sinceMs: z.number(),
    /** Of the alert: jobs or rows, or runners too few; seconds for the others. */
    value: z.number(),
  }),
  z.object({
    kind: z.enum(APPLICATION_LINES),
    severity: z.enum(["warning", "critical"]),
    subject: z.string(),
    source: z.string(),
    sinceMs: z.number(),
    /** Seconds for which it has been so. */
    value: z.number(),
  }),
]);
export type TroubleLine = z.infer<typeof TroubleLine>;

export const OverviewView = z.object({
  asOfMs: z.number(),
  /** True when a simulated management API feeds the page. */
  simulated: z.boolean(),
  verdict: z.object({
    state: z.enum(["calm", "trouble", "blind", "starting"]),
    severity: z.enum(["ok", "warning", "critical", "unknown"]),
    sinceMs: z.number().nullable(),
    /** When the last poll that proved it ended. */
    provenMs: z.number().nullable(),
    late: z.number(),
    blocked: z.number(),
    absent: z.number(),
    lost: z.number(),
    flapping: z.number(),
    notConsuming: z.number(),
    publishSilent: z.number(),
    pinned: z.number(),
    leaking: z.number(),
    runnersSilent: z.number(),
    /** Runners that are there and do not get on, or are there no more. */
    runnersTroubled: z.number(),
    /** Queues whose work nobody takes or finishes. */
    jobsTroubled: z.number(),
    /** Applications, and scanners without a leader, that say so themselves or show it in their broker. */
    applicationsTroubled: z.number(),
    /** Alerts of rules that no other count speaks of. */
    otherAlerts: z.number(),
    backlogsGrowing: z.number(),
    blindBrokers: z.array(z.string()),
    blindSources: z.array(z.string()),
    lines: z.array(TroubleLine),
    moreLines: z.number(),
  }),
  brokers: z.array(BrokerView),
  /** By trouble, at most 50. */
  clients: z.array(ClientView),
  clientsTotal: z.number(),
  /** By trouble, at most 50 of each. */
  jobs: z.array(JobsRow),
  runners: z.array(RunnerView),
  /** Firing and pending first, then the resolved ones of the last 24 h, at most 50. */
  alerts: z.array(AlertView),
  /** Rules whose thresholds the four charts draw. */
  rules: z.array(RuleView),
});
export type OverviewView = z.infer<typeof OverviewView>;
export type Verdict = OverviewView["verdict"];
