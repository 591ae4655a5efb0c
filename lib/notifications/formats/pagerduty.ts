import { composeText } from "@/lib/notifications/formats/compose-text";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { byStatus, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { shortId } from "@/lib/notifications/formats/short-id";
import { fitting, line } from "@/lib/notifications/formats/text";

const SUMMARY_MAX = 1_024;
const DEDUP_KEY_MAX = 255;
/** PagerDuty accepts 512 KB; nobody reads a page that long. */
const BODY_BYTES_MAX = 64_000;
/** For `source`, `component`, `group` and `class`, which have no documented limit. */
const NAME_MAX = 255;

const ACTIONS = {
  "alert.firing": "trigger",
  "alert.flapping": "trigger",
  "webhook.test": "trigger",
  "alert.acknowledged": "acknowledge",
  "alert.resolved": "resolve",
} as const;

/** Events API v2. `buildRequest` adds the routing key, a secret. A test opens an incident of severity info. */
export const pagerduty: Format<"pagerduty"> = {
  write(event, { language }) {
    const action = ACTIONS[event.type];
    const key = { event_action: action, dedup_key: shortId(event.alert.id, DEDUP_KEY_MAX) };
    if (action !== "trigger") return formattedMessage(key);
    return formattedMessage(
      fitting(BODY_BYTES_MAX, (size) => {
        const { title, summary, facts, colon } = composeText(event, language, size.labels);
        const details = facts.map(([name, value]) => [line(name, size.text), line(value, size.text)]);
        return {
          ...key,
          client: "Lastbeat",
          payload: { ...payloadOf(event, `${title}${colon}${summary}`), custom_details: Object.fromEntries(details) },
        };
      }),
    );
  },
  accepted: byStatus,
};

function payloadOf({ type, alert, atMs }: WebhookEvent, summary: string) {
  const { broker, source, client, queue, runner } = alert.labels;
  return {
    summary: line(summary, SUMMARY_MAX),
    source: line(broker || source || "lastbeat", NAME_MAX),
    severity: type === "webhook.test" ? "info" : alert.severity,
    timestamp: new Date(atMs).toISOString(),
    component: line(client || queue || runner || broker || source || "lastbeat", NAME_MAX),
    group: line(broker || source || "lastbeat", NAME_MAX),
    class: line(alert.rule, NAME_MAX),
  };
}
