import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { AlertView, RuleView } from "@/lib/views/alerts/schema";
import { BrokerView } from "@/lib/views/brokers/schema";
import { ClientView } from "@/lib/views/clients/schema";
import { JobsRow } from "@/lib/views/jobs/schema";
import {
  APPLICATION_LINES,
  JOBS_LINES,
  QUEUE_LINES,
  RUNNER_LINES,
  RUNNERS_LINES,
} from "@/lib/views/overview/line-kinds";
import { RunnerView } from "@/lib/views/runners/schema";

const Said = z.object({
  severity: z.enum(["warning", "critical"]),
  /** What it is about: a name, several of them with commas, or an alert's rule. */
  subject: z.string(),
  sinceMs: z.number(),
  /** Who has acknowledged all alerts of it, or what mutes them; null while it is still for somebody to take. */
  taken: z.object({ how: z.enum(["acknowledged", "muted"]), by: z.string() }).nullable(),
});
const OfClient = Said.extend({ clientId: z.string(), broker: z.string(), product: z.string().nullable() });

/** One line under the verdict: what nobody has taken yet before what is taken, worst first, at most five. */
export const TroubleLine = z.discriminatedUnion("kind", [
  OfClient.extend({
    kind: z.literal("client-late"),
    silenceSeconds: z.number(),
    timeoutSeconds: z.number(),
    closeExpectedMs: z.object({ from: z.number(), to: z.number() }),
  }),
  OfClient.extend({
    kind: z.enum(["client-lost", "client-absent", "client-blocked"]),
    reason: z.string().nullable(),
    inferred: z.boolean(),
  }),
  OfClient.extend({
    kind: z.literal("client-flapping"),
    reconnects: z.number(),
  }),
  OfClient.extend({
    kind: z.enum(["client-not-consuming", "client-publish-silent", "client-pinned"]),
    /** For how long it had been so when it was last measured. */
    heldSeconds: z.number(),
    queues: z.array(z.string()),
  }),
  OfClient.extend({
    kind: z.literal("client-leaking"),
    sessionsOpen: z.number(),
    usually: z.number(),
  }),
  Said.extend({
    kind: z.literal("clients-not-back"),
    broker: z.string(),
    missing: z.number(),
    went: z.number(),
    back: z.number(),
  }),
  Said.extend({
    kind: z.literal("alert"),
    alertId: z.string(),
    summary: z.string(),
  }),
  Said.extend({
    kind: z.literal("broker-blind"),
    because: z.string(),
    reason: ReasonSchema.nullable(),
  }),
  /** Ticks that could not be kept: what they saw is neither stored nor told. */
  Said.extend({
    kind: z.literal("not-kept"),
    because: z.string(),
    reason: ReasonSchema.nullable(),
  }),
  Said.extend({
    kind: z.literal("source-blind"),
    because: z.string(),
    reason: ReasonSchema.nullable(),
  }),
  Said.extend({
    kind: z.literal("retry-backlog"),
    due: z.number(),
    perMinute: z.number().nullable(),
  }),
  Said.extend({
    kind: z.literal("runner-silent"),
    source: z.string(),
    silenceSeconds: z.number(),
    jobsRunning: z.number(),
  }),
  Said.extend({
    kind: z.enum(RUNNER_LINES),
    source: z.string(),
    jobsRunning: z.number(),
  }),
  Said.extend({
    kind: z.enum([...JOBS_LINES, ...RUNNERS_LINES]),
    source: z.string(),
    /** Of the alert: jobs or rows, or runners too few; seconds for the others. */
    value: z.number(),
  }),
  Said.extend({
    kind: z.enum(APPLICATION_LINES),
    source: z.string(),
    /** Seconds for which it has been so. */
    value: z.number(),
  }),
  Said.extend({
    kind: z.enum(QUEUE_LINES),
    broker: z.string(),
    vhost: z.string(),
    queue: z.string(),
  }),
]);
export type TroubleLine = z.infer<typeof TroubleLine>;

type UnhandledCounts<T> = T extends unknown ? Omit<T, "taken"> : never;
/** A line before anybody has looked who has taken it. */
export type Trouble = UnhandledCounts<TroubleLine>;

export const OverviewView = z.object({
  asOfMs: z.number(),
  /** True when a simulated management API feeds the page. */
  simulated: z.boolean(),
  /** Its sentence, severity and counts go by what nobody has taken yet. */
  verdict: z.object({
    /** `taken`: things are wrong, and all of them are acknowledged or muted. */
    state: z.enum(["calm", "taken", "trouble", "blind", "starting"]),
    severity: z.enum(["ok", "taken", "warning", "critical", "unknown"]),
    /** Lines that are acknowledged, and that are muted by a silence window or by their cause. */
    taken: z.object({ acknowledged: z.number(), muted: z.number() }),
    sinceMs: z.number().nullable(),
    /** When the last poll that proved it ended. */
    provenMs: z.number().nullable(),
    late: z.number(),
    blocked: z.number(),
    absent: z.number(),
    /** 1 while what is seen cannot be stored. */
    notKept: z.number(),
    lost: z.number(),
    flapping: z.number(),
    notConsuming: z.number(),
    publishSilent: z.number(),
    pinned: z.number(),
    leaking: z.number(),
    runnersSilent: z.number(),
    /** Runners that are there and do not get on, or are there no more. */
    runnersTroubled: z.number(),
    /** Queues on brokers that a rule reports. */
    queuesTroubled: z.number(),
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
export type OverviewVerdict = OverviewView["verdict"];
