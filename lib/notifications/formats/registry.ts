import { alertmanager } from "@/lib/notifications/formats/alertmanager";
import { alertmanagerApi } from "@/lib/notifications/formats/alertmanager-api";
import { cloudevents } from "@/lib/notifications/formats/cloudevents";
import { dingtalk } from "@/lib/notifications/formats/dingtalk";
import { discord } from "@/lib/notifications/formats/discord";
import { email } from "@/lib/notifications/formats/email";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { feishu } from "@/lib/notifications/formats/feishu";
import type { AnswerVerdict, Format, FormattedMessage, ServiceAnswer } from "@/lib/notifications/formats/format";
import { opsgenie } from "@/lib/notifications/formats/opsgenie";
import { pagerduty } from "@/lib/notifications/formats/pagerduty";
import { slack } from "@/lib/notifications/formats/slack";
import { standard } from "@/lib/notifications/formats/standard";
import { teams } from "@/lib/notifications/formats/teams";
import { telegram } from "@/lib/notifications/formats/telegram";
import { template } from "@/lib/notifications/formats/template";
import type { FormatName, WebhookOf } from "@/lib/notifications/formats/webhook";
import { wecom } from "@/lib/notifications/formats/wecom";

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

/** The event in the webhook's format, without the webhook's secrets. Texts that are too long are cut. */
export const write = <F extends FormatName>(event: WebhookEvent, webhook: WebhookOf<F>): FormattedMessage =>
  FORMATS[webhook.format].write(event, webhook);

/**
 * Several events as one message. A format without batches writes the first event only: `sendLimitsOf` says how many
 * may go together.
 */
export const writeMany = <F extends FormatName>(
  events: readonly [WebhookEvent, ...WebhookEvent[]],
  webhook: WebhookOf<F>,
): FormattedMessage => FORMATS[webhook.format].writeMany?.(events, webhook) ?? write(events[0], webhook);

/** Whether an answer means that the service accepted the message. */
export const accepted = (format: FormatName, answer: ServiceAnswer): AnswerVerdict => FORMATS[format].accepted(answer);
