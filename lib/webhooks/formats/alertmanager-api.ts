import { HOUR } from "@/lib/time/duration";
import { byStatus, type Format, written } from "@/lib/webhooks/formats/format";
import { prometheusAlert } from "@/lib/webhooks/formats/prometheus";
import { fitting } from "@/lib/webhooks/text";

const BODY_BYTES_MAX = 20_000;
/**
 * An alert without an end is over for Alertmanager after its resolve_timeout of 5 min unless it is sent again, which
 * Lastbeat does not. Ends are told when they come; this is for the one that is never told.
 */
const FIRES_FOR_MS = 24 * HOUR;

/** Pushes the alert into an Alertmanager, which then groups, silences and tells: `POST <url>/api/v2/alerts`. */
export const alertmanagerApi: Format<"alertmanager-api"> = {
  write: (event) =>
    written(
      fitting(BODY_BYTES_MAX, (size) => {
        const { labels, annotations, startsAt, resolvedAt } = prometheusAlert(event, size);
        const endsAt = resolvedAt ?? new Date(event.atMs + FIRES_FOR_MS).toISOString();
        // Alertmanager refuses empty names and drops empty values; a label without a value is the same as none.
        return [{ labels, annotations, startsAt, endsAt }];
      }),
      "/api/v2/alerts",
    ),
  accepted: byStatus,
};
