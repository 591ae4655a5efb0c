import { z } from "zod";
import type { Received } from "../receiver.ts";

const WebhookBody = z.object({
  type: z.string(),
  data: z.object({
    alert: z.object({
      id: z.string(),
      rule: z.string(),
      severity: z.enum(["warning", "critical"]),
      labels: z.record(z.string(), z.string()),
      phase: z.string().nullish(),
      incident: z.string().nullish(),
      resolution: z.string().nullish(),
      summary: z.string(),
    }),
  }),
});

/** One notification of one Lastbeat about one alert. */
export interface Page {
  /** Which Lastbeat sent it. */
  readonly from: string;
  readonly atMs: number;
  readonly type: string;
  readonly alert: z.infer<typeof WebhookBody>["data"]["alert"];
}

/** null: something that is not about an alert. */
export function pageOf(from: string, { atMs, json }: Received): Page | null {
  const body = WebhookBody.safeParse(json);
  return body.success ? { from, atMs, type: body.data.type, alert: body.data.data.alert } : null;
}

/** Receivers with incidents, and chats, get one message for each of these. */
export const incidentOf = ({ alert }: Page): string => alert.incident ?? alert.id;

/** RabbitMQ 4 deprecates the queues that Celery declares for control and events, and reports that they are in use. */
const USED_BY_THE_CROWD = { rule: "deprecated-features-used", feature: "transient_nonexcl_queues" } as const;

/** Whether a page is right although nothing has failed. */
export const isAboutTheCrowd = ({ alert }: Page): boolean =>
  alert.rule === USED_BY_THE_CROWD.rule && alert.summary.endsWith(`: ${USED_BY_THE_CROWD.feature}`);

/** The same of a finding, as `findings` of an observer has it. */
export const isFindingAboutTheCrowd = (finding: string): boolean =>
  finding.includes(USED_BY_THE_CROWD.rule) &&
  (finding.startsWith("line ") || finding.endsWith(USED_BY_THE_CROWD.feature));

export const isFiring = ({ type }: Page): boolean => type === "alert.firing";
export const isResolved = ({ type }: Page): boolean => type === "alert.resolved";

export function textOf({ from, type, alert }: Page): string {
  const { rule, severity, phase, resolution } = alert;
  const parts = [`[${from}]`, type, severity, rule, phase, resolution].filter((part) => typeof part === "string");
  return `${parts.join(" ")}: ${alert.summary}`;
}
