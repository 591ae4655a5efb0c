import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { byStatus, type Format, formattedMessage } from "@/lib/notifications/formats/format";
import { standardBody } from "@/lib/notifications/formats/standard";

/**
 * CloudEvents 1.0 in structured JSON mode. `id` is derived from the alert and the event, not from the delivery, so two
 * webhooks send an event under the same id. `data` is the body of Standard Webhooks.
 */
export const cloudevents: Format<"cloudevents"> = {
  write: (event) =>
    formattedMessage(
      {
        specversion: "1.0",
        id: idOf(event),
        source: "/lastbeat/alerts",
        type: `lastbeat.${event.type}`,
        subject: event.alert.id,
        time: new Date(event.atMs).toISOString(),
        datacontenttype: "application/json",
        data: standardBody(event),
      },
      "",
      "application/cloudevents+json; charset=utf-8",
    ),
  accepted: byStatus,
};

const idOf = ({ alert, type, atMs }: WebhookEvent): string => `${alert.id}.${type}.${alert.severity}.${atMs}`;
