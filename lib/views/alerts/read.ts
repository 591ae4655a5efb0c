import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import { type Alert, instanceOf } from "@/lib/alerts/model/alert";
import { phaseOf, resolutionOf } from "@/lib/alerts/model/resolution";
import { sentenceOf, shownSubject } from "@/lib/alerts/text/summary";
import type { Locale } from "@/lib/base/messages/locale";
import { type Scopes, scopeState } from "@/lib/collector/tick/scope-state";
import { type Acknowledgement, acknowledgementKey, type Mute } from "@/lib/notifications/decide/notification";
import type { AlertView } from "@/lib/views/alerts/schema";

/** Acknowledgements and mutes as of now; the stored rows are one evaluation behind. */
interface LiveAlerts {
  readonly scopes: Scopes;
  readonly notifications: { readonly acknowledgements: ReadonlyMap<string, Acknowledgement> };
}

/** For embedded panels: they show alerts, but not who acknowledged them. */
export const WITHOUT_PEOPLE: LiveAlerts = {
  scopes: new Map(),
  notifications: { acknowledgements: new Map() },
};

/** One alert of the API, its summary in the language of the request. */
export function alertView(alert: Alert, live: LiveAlerts, locale: Locale): AlertView {
  const acknowledged = acknowledgementOf(alert, live);
  const isFiring = alert.state === "firing";
  const notification = isFiring ? notificationOf(alert, live) : null;
  const { facts: _, ...fields } = alert;
  return {
    ...fields,
    labels: { ...alert.labels },
    phase: phaseOf(alert),
    resolution: resolutionOf(alert),
    subject: shownSubject(alert),
    summary: sentenceOf(alert, locale),
    acknowledgedBy: isFiring ? (acknowledged?.by ?? null) : alert.acknowledgedBy,
    acknowledgedUntilMs: isFiring ? (acknowledged?.untilMs ?? null) : null,
    acknowledgedComment: isFiring ? (acknowledged?.comment ?? null) : null,
    mutedBy: notification?.mute == null ? null : translatedMute(notification.mute, live, locale),
    flapping: notification === null ? alert.flapping : notification.flappingSinceMs !== null,
  };
}

/** Its own, or that of its incident unless the alert is worse than the incident was. */
function acknowledgementOf({ id, incident, severity }: Alert, { notifications }: LiveAlerts) {
  const { acknowledgements } = notifications;
  const own = acknowledgements.get(id);
  if (own !== undefined || incident === null) return own;
  const whole = acknowledgements.get(acknowledgementKey(incident));
  return severity === "critical" && whole?.severity === "warning" ? undefined : whole;
}

const notificationOf = ({ id, labels }: Alert, { scopes }: LiveAlerts) =>
  scopeState(scopes, scopeOf(labels)).notifications.get(instanceOf(id)) ?? null;

/** The summary of a cause that still fires is translated; of one that has ended only the stored text is known. */
function translatedMute(mute: Mute, { scopes }: LiveAlerts, locale: Locale): Mute {
  if (mute.by !== "alert" || locale === "en") return mute;
  const instance = instanceOf(mute.id);
  const cause = [...scopes.values()]
    .map(({ alerts }) => alerts.get(instance)?.alert)
    .find((alert) => alert?.id === mute.id);
  return cause === undefined ? mute : { ...mute, text: sentenceOf(cause, locale) };
}
