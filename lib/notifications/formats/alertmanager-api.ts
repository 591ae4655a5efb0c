import { HOUR } from "@/lib/base/time/duration";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { byStatus, type Format, type FormattedMessage, formattedMessage } from "@/lib/notifications/formats/format";
import { prometheusAlert } from "@/lib/notifications/formats/prometheus";
import { fitting, type Size } from "@/lib/notifications/formats/text";

/** For each alert. */
const BODY_BYTES_MAX = 20_000;
/**
 * Alertmanager resolves an alert without an end after its resolve_timeout of 5 min unless it is sent again, which
 * Lastbeat does not do. The end is sent when the alert resolves; this one applies if that never arrives.
 */
const FIRES_FOR_MS = 24 * HOUR;

/** Pushes alerts to an Alertmanager, which groups, silences and notifies: `POST <url>/api/v2/alerts`. */
export const alertmanagerApi: Format<"alertmanager-api"> = {
  write: (event) => pushed([event]),
  writeMany: pushed,
  accepted: byStatus,
};

function pushed(events: readonly WebhookEvent[]): FormattedMessage {
  return formattedMessage(
    fitting(BODY_BYTES_MAX * events.length, (size) => events.flatMap((event) => entriesOf(event, size))),
    "/api/v2/alerts",
  );
}

function entriesOf(event: WebhookEvent, size: Size) {
  const { labels, annotations, startsAt, resolvedAt } = prometheusAlert(event, size);
  const endsAt = resolvedAt ?? new Date(event.atMs + FIRES_FOR_MS).toISOString();
  // Alertmanager treats another severity as another alert, so the one with the other severity is resolved.
  const before = { ...labels, severity: event.alert.severity === "critical" ? "warning" : "critical" };
  return [
    { labels, annotations, startsAt, endsAt },
    { labels: before, annotations, startsAt, endsAt: new Date(event.atMs).toISOString() },
  ];
}
