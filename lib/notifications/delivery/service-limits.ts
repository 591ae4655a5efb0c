import { perMinute, perSecond, type SendLimits } from "@/lib/notifications/delivery/send-limits";
import type { FormatName, Webhook } from "@/lib/notifications/formats/webhook";

const ONE_BY_ONE: SendLimits = { windows: [], batch: 1, oncePerAlert: true };
/** Programs take lists as fast as they come; a list of fifty is some ten kilobytes. */
const LISTS: SendLimits = { windows: [], batch: 50, oncePerAlert: true };
/** A digest shows the worst twenty or so and counts the rest; more than this in one message is read by nobody. */
const digests = (...windows: SendLimits["windows"]): SendLimits => ({ windows, batch: 200, oncePerAlert: false });

/** What the services take, by their own documentation (facts/peers.md §4.3). More is refused, or shut out for minutes. */
const PACES: Readonly<Record<FormatName, SendLimits>> = {
  standard: ONE_BY_ONE,
  cloudevents: ONE_BY_ONE,
  template: ONE_BY_ONE,
  alertmanager: LISTS,
  "alertmanager-api": LISTS,
  // Each event opens or closes an incident of its own.
  pagerduty: ONE_BY_ONE,
  opsgenie: ONE_BY_ONE,
  slack: digests(perSecond(1)),
  teams: digests(perSecond(4)),
  discord: digests(perSecond(5, 2)),
  // One a second for a chat, and twenty a minute for a group.
  telegram: digests(perSecond(1), perMinute(20)),
  feishu: digests(perSecond(5), perMinute(100)),
  // One more, and the robot is shut out for ten minutes.
  dingtalk: digests(perMinute(20)),
  wecom: digests(perMinute(20)),
  // No server's limit but a reader's: a mailbox is no log.
  email: digests(perMinute(20)),
};

/** How fast this webhook is told, and how much at once: what its format's service takes, unless it says otherwise. */
export function sendLimitsOf(webhook: Webhook): SendLimits {
  const { windows, batch, oncePerAlert } = PACES[webhook.format];
  const { ratePerMinute, batch: own } = webhook;
  return {
    windows: ratePerMinute === null ? windows : [perMinute(ratePerMinute)],
    batch: batch === 1 ? 1 : (own ?? batch),
    oncePerAlert,
  };
}
