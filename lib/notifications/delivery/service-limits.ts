import { perMinute, perSecond, type SendLimits } from "@/lib/notifications/delivery/send-limits";
import type { FormatName, Webhook } from "@/lib/notifications/formats/webhook";

const SINGLES: SendLimits = { windows: [], batch: 1, oncePerAlert: true };
/** Programs accept lists at any rate; a list of fifty has some ten kilobytes. */
const LISTS: SendLimits = { windows: [], batch: 50, oncePerAlert: true };
/** A digest shows some twenty of the worst and counts the rest; nobody reads a message with more than this. */
const digests = (...windows: SendLimits["windows"]): SendLimits => ({ windows, batch: 200, oncePerAlert: false });

/** The documented limits of the services. Beyond them they refuse messages, or block the sender for minutes. */
const SERVICE_LIMITS: Readonly<Record<FormatName, SendLimits>> = {
  standard: SINGLES,
  cloudevents: SINGLES,
  template: SINGLES,
  alertmanager: LISTS,
  "alertmanager-api": LISTS,
  // Each event opens or closes its own incident.
  pagerduty: SINGLES,
  opsgenie: SINGLES,
  slack: digests(perSecond(1)),
  teams: digests(perSecond(4)),
  discord: digests(perSecond(5, 2)),
  // One a second to a chat, and twenty a minute to a group.
  telegram: digests(perSecond(1), perMinute(20)),
  feishu: digests(perSecond(5), perMinute(100)),
  // One more blocks the robot for ten minutes.
  dingtalk: digests(perMinute(20)),
  wecom: digests(perMinute(20)),
  // Not a limit of servers but of readers.
  email: digests(perMinute(20)),
};

/** The limits of a webhook: those of its service, unless its configuration sets others. */
export function sendLimitsOf(webhook: Webhook): SendLimits {
  const { windows, batch, oncePerAlert } = SERVICE_LIMITS[webhook.format];
  const { ratePerMinute, batch: configured } = webhook;
  return {
    windows: ratePerMinute === null ? windows : [perMinute(ratePerMinute)],
    batch: batch === 1 ? 1 : (configured ?? batch),
    oncePerAlert,
  };
}
