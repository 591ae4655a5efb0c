import { byStatus, type Format, written } from "@/lib/webhooks/formats/format";
import { fingerprintOf, prometheusAlert } from "@/lib/webhooks/formats/prometheus";
import { fitting } from "@/lib/webhooks/text";

/** Alertmanager sets no limit; its receivers are asked for no more than a receiver of our own. */
const BODY_BYTES_MAX = 20_000;
/** What Alertmanager writes for an alert that has not ended. */
const NEVER = "0001-01-01T00:00:00Z";

/**
 * What Alertmanager's webhook receiver sends, version 4, with one alert. It knows neither acknowledging nor flapping:
 * such an event is the alert firing on, with an annotation. `externalURL` is empty, since Lastbeat knows no address
 * of its own.
 */
export const alertmanager: Format<"alertmanager"> = {
  write: (event, { id }) =>
    written(
      fitting(BODY_BYTES_MAX, (size) => {
        const { labels, annotations, startsAt, resolvedAt } = prometheusAlert(event, size);
        const status = resolvedAt === null ? "firing" : "resolved";
        const ends = { startsAt, endsAt: resolvedAt ?? NEVER, generatorURL: "", fingerprint: fingerprintOf(labels) };
        return {
          version: "4",
          groupKey: `{}:{alertname=${JSON.stringify(event.alert.rule)}}`,
          truncatedAlerts: 0,
          status,
          receiver: id,
          groupLabels: { alertname: event.alert.rule },
          commonLabels: labels,
          commonAnnotations: annotations,
          externalURL: "",
          alerts: [{ status, labels, annotations, ...ends }],
        };
      }),
    ),
  accepted: byStatus,
};
