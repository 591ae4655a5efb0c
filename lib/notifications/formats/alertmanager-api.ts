import { HOUR } from "@/lib/base/time/duration";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { byStatus, type Format, type FormattedMessage, formattedMessage } from "@/lib/notifications/formats/format";
import { prometheusAlert } from "@/lib/notifications/formats/prometheus";
import { fitting, type Size } from "@/lib/notifications/formats/text";

/** For each alert in it. */
const BODY_BYTES_MAX = 20_000;
/**
 * An alert without an end is over for Alertmanager after its resolve_timeout of 5 min unless it is sent again, which
 * Lastbeat does not. Ends are told when they come; this is for the one that is never told.
 */
const FIRES_FOR_MS = 24 * HOUR;

/** Pushes the alert into an Alertmanager, which then groups, silences and tells: `POST <url>/api/v2/alerts`. */
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
  // To Alertmanager another severity is another alert: whichever this one may have been before, it is no longer.
  const before = { ...labels, severity: event.alert.severity === "critical" ? "warning" : "critical" };
  return [
    { labels, annotations, startsAt, endsAt },
    { labels: before, annotations, startsAt, endsAt: new Date(event.atMs).toISOString() },
  ];
}
