import type { WebhookEvent } from "@/lib/notifications/formats/event";
import { byStatus, type Format, type FormattedMessage, formattedMessage } from "@/lib/notifications/formats/format";
import { fingerprintOf, prometheusAlert } from "@/lib/notifications/formats/prometheus";
import { fitting, type Size } from "@/lib/notifications/formats/text";

/** For each alert. Alertmanager has no limit; its receivers get no larger bodies than those of our own format. */
const BODY_BYTES_MAX = 20_000;
/** What Alertmanager writes as the end of an alert that still fires. */
const NEVER = "0001-01-01T00:00:00Z";

/**
 * The body of Alertmanager's webhook receiver, version 4, with one alert or a batch. It has neither acknowledgements nor
 * flapping: such an event is a firing alert with an annotation. `externalURL` is empty, because Lastbeat does not know
 * its own address.
 */
export const alertmanager: Format<"alertmanager"> = {
  write: (event, { id }) => grouped([event], id),
  writeMany: (events, { id }) => grouped(events, id),
  accepted: byStatus,
};

/** Grouped by rule where all alerts have the same one, as in Alertmanager. */
function grouped(events: readonly [WebhookEvent, ...WebhookEvent[]], receiver: string): FormattedMessage {
  const [{ alert }] = events;
  const isOneRule = events.every((event) => event.alert.rule === alert.rule);
  return formattedMessage(
    fitting(BODY_BYTES_MAX * events.length, (size) => {
      const alerts = events.map((event) => entryOf(event, size));
      return {
        version: "4",
        groupKey: isOneRule ? `{}:{alertname=${JSON.stringify(alert.rule)}}` : "{}:{}",
        truncatedAlerts: 0,
        status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
        receiver,
        groupLabels: isOneRule ? { alertname: alert.rule } : {},
        commonLabels: common(alerts.map(({ labels }) => labels)),
        commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
        externalURL: "",
        alerts,
      };
    }),
  );
}

function entryOf(event: WebhookEvent, size: Size) {
  const { labels, annotations, startsAt, resolvedAt } = prometheusAlert(event, size);
  const status = resolvedAt === null ? "firing" : "resolved";
  const ends = { startsAt, endsAt: resolvedAt ?? NEVER, generatorURL: "", fingerprint: fingerprintOf(labels) };
  return { status, labels, annotations, ...ends };
}

type Texts = Readonly<Record<string, string>>;
const common = ([first = {}, ...rest]: readonly Texts[]): Texts =>
  Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((texts) => texts[name] === value)));
