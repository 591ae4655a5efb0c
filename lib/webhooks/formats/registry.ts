import type { FormatName, WebhookOf } from "@/lib/webhooks/endpoint";
import type { WebhookEvent } from "@/lib/webhooks/event";
import { alertmanager } from "@/lib/webhooks/formats/alertmanager";
import { alertmanagerApi } from "@/lib/webhooks/formats/alertmanager-api";
import { cloudevents } from "@/lib/webhooks/formats/cloudevents";
import { dingtalk } from "@/lib/webhooks/formats/dingtalk";
import { discord } from "@/lib/webhooks/formats/discord";
import { email } from "@/lib/webhooks/formats/email";
import { feishu } from "@/lib/webhooks/formats/feishu";
import type { Format, Heard, Verdict, Written } from "@/lib/webhooks/formats/format";
import { opsgenie } from "@/lib/webhooks/formats/opsgenie";
import { pagerduty } from "@/lib/webhooks/formats/pagerduty";
import { slack } from "@/lib/webhooks/formats/slack";
import { standard } from "@/lib/webhooks/formats/standard";
import { teams } from "@/lib/webhooks/formats/teams";
import { telegram } from "@/lib/webhooks/formats/telegram";
import { template } from "@/lib/webhooks/formats/template";
import { wecom } from "@/lib/webhooks/formats/wecom";

const FORMATS: { readonly [F in FormatName]: Format<F> } = {
  standard,
  cloudevents,
  alertmanager,
  "alertmanager-api": alertmanagerApi,
  template,
  slack,
  teams,
  discord,
  telegram,
  pagerduty,
  opsgenie,
  feishu,
  dingtalk,
  wecom,
  email,
};

/** The event as the webhook's format says it, without the webhook's secrets. Pure; cuts what is too long. */
export const write = <F extends FormatName>(event: WebhookEvent, webhook: WebhookOf<F>): Written =>
  FORMATS[webhook.format].write(event, webhook);

/**
 * Several events as one message. Of a format that has no such thing the first is told alone, so who sends asks
 * `paceOf` how many may go together.
 */
export const writeMany = <F extends FormatName>(
  events: readonly [WebhookEvent, ...WebhookEvent[]],
  webhook: WebhookOf<F>,
): Written => FORMATS[webhook.format].writeMany?.(events, webhook) ?? write(events[0], webhook);

/** Whether an answer means that the message was taken. */
export const accepted = (format: FormatName, answer: Heard): Verdict => FORMATS[format].accepted(answer);
