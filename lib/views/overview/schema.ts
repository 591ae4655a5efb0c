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

const Line = z.object({
  severity: z.enum(["warning", "critical"]),
  /** The subject: a name, several names with commas, or the rule of an alert. */
  subject: z.string(),
  sinceMs: z.number(),
  /** Who acknowledged all its alerts, or what mutes them; null while nobody handles it. */
  taken: z.object({ how: z.enum(["acknowledged", "muted"]), by: z.string() }).nullable(),
});
const ClientLine = Line.extend({ clientId: z.string(), broker: z.string(), product: z.string().nullable() });

/** One line under the verdict: those that nobody handles first, the worst first, at most five. */
export const TroubleLine = z.discriminatedUnion("kind", [
  ClientLine.extend({
    kind: z.literal("client-late"),
    silenceSeconds: z.number(),
    timeoutSeconds: z.number(),
    closeExpectedMs: z.object({ from: z.number(), to: z.number() }),
  }),
  ClientLine.extend({
    kind: z.enum(["client-lost", "client-absent", "client-blocked"]),
    reason: z.string().nullable(),
    inferred: z.boolean(),
  }),
  ClientLine.extend({
    kind: z.literal("client-flapping"),
    reconnects: z.number(),
  }),
  ClientLine.extend({
    kind: z.enum(["client-not-consuming", "client-publish-silent", "client-pinned"]),
    /** The duration of the problem at the last measurement. */
    heldSeconds: z.number(),
    queues: z.array(z.string()),
  }),
  ClientLine.extend({
    kind: z.literal("client-leaking"),
    sessionsOpen: z.number(),
    usually: z.number(),
  }),
  Line.extend({
    kind: z.literal("clients-not-back"),
    broker: z.string(),
    missing: z.number(),
    /** How many of the missing are away for longer than their library tries. */
    lost: z.number(),
    went: z.number(),
    back: z.number(),
  }),
  Line.extend({
    kind: z.literal("alert"),
    alertId: z.string(),
    summary: z.string(),
  }),
  Line.extend({
    kind: z.literal("broker-blind"),
    because: z.string(),
    reason: ReasonSchema.nullable(),
  }),
  /** Ticks that could not be saved: their data is not stored, and no alert was raised from it. */
  Line.extend({
    kind: z.literal("not-kept"),
    because: z.string(),
    reason: ReasonSchema.nullable(),
  }),
  Line.extend({
    kind: z.literal("source-blind"),
    because: z.string(),
    reason: ReasonSchema.nullable(),
  }),
  Line.extend({
    kind: z.literal("retry-backlog"),
    due: z.number(),
    perMinute: z.number().nullable(),
  }),
  Line.extend({
    kind: z.literal("runner-silent"),
    source: z.string(),
    silenceSeconds: z.number(),
    jobsRunning: z.number(),
  }),
  Line.extend({
    kind: z.enum(RUNNER_LINES),
    source: z.string(),
    jobsRunning: z.number(),
  }),
  Line.extend({
    kind: z.enum([...JOBS_LINES, ...RUNNERS_LINES]),
    source: z.string(),
    /** The value of the alert: jobs, rows or missing runners; seconds for the others. */
    value: z.number(),
  }),
  Line.extend({
    kind: z.enum(APPLICATION_LINES),
    source: z.string(),
    /** The duration in seconds. */
    value: z.number(),
  }),
  Line.extend({
    kind: z.enum(QUEUE_LINES),
    broker: z.string(),
    vhost: z.string(),
    queue: z.string(),
  }),
]);
export type TroubleLine = z.infer<typeof TroubleLine>;

type UnhandledCounts<T> = T extends unknown ? Omit<T, "taken"> : never;
/** A line before its acknowledgement or mute is determined. */
export type Trouble = UnhandledCounts<TroubleLine>;

export const OverviewView = z.object({
  asOfMs: z.number(),
  /** True when a simulated management API feeds the page. */
  simulated: z.boolean(),
  /** Its sentence, severity and counts are about the lines that nobody handles. */
  verdict: z.object({
    /** `taken`: there are problems, all of them acknowledged or muted. */
    state: z.enum(["calm", "taken", "trouble", "blind", "starting"]),
    severity: z.enum(["ok", "taken", "warning", "critical", "unknown"]),
    /** The number of acknowledged lines, and of lines muted by a silence window or by their cause. */
    taken: z.object({ acknowledged: z.number(), muted: z.number() }),
    sinceMs: z.number().nullable(),
    /** When the last poll that confirms it ended. */
    provenMs: z.number().nullable(),
    /** Whether a broker or a source is configured: without one there is nothing to poll. */
    configured: z.boolean(),
    late: z.number(),
    blocked: z.number(),
    absent: z.number(),
    /** 1 while ticks cannot be saved. */
    notKept: z.number(),
    lost: z.number(),
    flapping: z.number(),
    notConsuming: z.number(),
    publishSilent: z.number(),
    pinned: z.number(),
    leaking: z.number(),
    runnersSilent: z.number(),
    /** Runners that make no progress, or have disappeared. */
    runnersTroubled: z.number(),
    /** Queues on brokers that a rule reports. */
    queuesTroubled: z.number(),
    /** Job queues whose jobs are not picked up or not finished. */
    jobsTroubled: z.number(),
    /** Applications, and scanners without a leader, that report a problem or show it in their broker. */
    applicationsTroubled: z.number(),
    /** Alerts of rules that no other count covers. */
    otherAlerts: z.number(),
    backlogsGrowing: z.number(),
    /** The clauses of the sentence, most urgent first: all that are critical, else at most two. `n` objects each. */
    clauses: z.array(
      z.object({
        key: z.enum([
          ...(["notKept", "late", "lost", "blocked", "notConsuming", "pinned", "publishSilent", "runners"] as const),
          ...(["runnersTroubled", "queues", "jobs", "applications", "backlogs", "alerts", "leaking"] as const),
          ...(["flapping", "absent"] as const),
        ]),
        n: z.number(),
        severity: z.enum(["warning", "critical"]),
      }),
    ),
    blindBrokers: z.array(z.string()),
    blindSources: z.array(z.string()),
    lines: z.array(TroubleLine),
    moreLines: z.number(),
  }),
  brokers: z.array(BrokerView),
  /** The worst first, at most 50. */
  clients: z.array(ClientView),
  clientsTotal: z.number(),
  /** The worst first, at most 50 of each. */
  jobs: z.array(JobsRow),
  runners: z.array(RunnerView),
  /** Firing and pending alerts, then the resolved ones of the last 24 h, at most 50. */
  alerts: z.array(AlertView),
  /** The rules whose thresholds the charts draw. */
  rules: z.array(RuleView),
});
export type OverviewView = z.infer<typeof OverviewView>;
export type OverviewVerdict = OverviewView["verdict"];
