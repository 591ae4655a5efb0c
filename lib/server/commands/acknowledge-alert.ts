import "server-only";
import { type Alert, instanceOf } from "@/lib/alerts/model/alert";
import { Refused } from "@/lib/base/errors/refused";
import type { Locale } from "@/lib/base/messages/locale";
import { DAY, HOUR } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { type Acknowledgement, acknowledgementKey } from "@/lib/notifications/decide/notification";
import { deleteAcknowledgement, saveAcknowledgement } from "@/lib/storage/acknowledgements";
import { findAlert } from "@/lib/storage/alerts/alerts";
import type { Author } from "@/lib/storage/alerts/rules";
import { alertView } from "@/lib/views/alerts/read";
import type { AlertView } from "@/lib/views/alerts/schema";

type AcknowledgeContext = Pick<Runtime, "database" | "scopes" | "notifications">;

export interface AcknowledgementRequest {
  readonly id: string;
  readonly untilMs?: number | undefined;
  readonly comment: string;
  readonly by?: string | undefined;
}

/** The length of a shift. A longer acknowledgement has to be requested. */
const ACKNOWLEDGED_MS = 8 * HOUR;
/** Beyond this a silence window is the right tool. */
const ACKNOWLEDGED_MS_MAX = 7 * DAY;

/**
 * Acknowledges a firing alert. No notification repeats until the acknowledgement expires or the alert gets worse;
 * webhooks that were notified of the alert are notified of the acknowledgement within about a second. A later
 * acknowledgement replaces an earlier one.
 */
export async function acknowledgeAlert(
  live: AcknowledgeContext,
  { id, untilMs, comment, by }: AcknowledgementRequest,
  author: Author,
  locale: Locale,
): Promise<AlertView> {
  const alert = await findFiring(live, id);
  const acknowledgement: Acknowledgement = {
    alertId: alert.id,
    severity: alert.severity,
    comment,
    by: authorText(by, author),
    atMs: author.atMs,
    untilMs: acknowledgementEnd(untilMs, author.atMs),
  };
  await saveAcknowledgement(live.database.db, acknowledgement);
  live.notifications.acknowledgements = new Map([...live.notifications.acknowledgements, [alert.id, acknowledgement]]);
  return alertView(alert, live, locale);
}

/** The end of an acknowledgement. Throws if it does not lie ahead, or too far. */
export function acknowledgementEnd(untilMs: number | undefined, nowMs: number): number {
  const endMs = untilMs ?? nowMs + ACKNOWLEDGED_MS;
  if (endMs <= nowMs) throw new Refused(422, "Over already", "untilMs: it must lie ahead");
  if (endMs > nowMs + ACKNOWLEDGED_MS_MAX) throw new Refused(422, "Too long", "untilMs: at most seven days ahead");
  return endMs;
}

/** A team shares one password, so a given name stands before the account. */
export const authorText = (by: string | undefined, { who }: Author): string =>
  by === undefined ? who : `${by} (${who})`;

/** Removes an acknowledgement: notifications of the alert are sent and repeated again. */
export async function unacknowledgeAlert(live: AcknowledgeContext, id: string, locale: Locale): Promise<AlertView> {
  const alert = await findFiring(live, id);
  const acknowledgement = live.notifications.acknowledgements.get(alert.id);
  if (acknowledgement === undefined) {
    const isOfIncident = live.notifications.acknowledgements.has(acknowledgementKey(alert.incident ?? ""));
    const detail = isOfIncident
      ? `it is acknowledged with incident ${alert.incident}`
      : "nobody has taken this alert on";
    throw new Refused(409, "Not acknowledged", detail);
  }
  await deleteAcknowledgement(live.database.db, acknowledgement);
  live.notifications.acknowledgements = new Map(
    [...live.notifications.acknowledgements].filter(([alertId]) => alertId !== alert.id),
  );
  return alertView(alert, live, locale);
}

/**
 * The firing alert of that id, or the firing alert of the same instance: a receiver may know a flapping alert under the
 * id that it had when it began to flap.
 */
async function findFiring(live: AcknowledgeContext, id: string): Promise<Alert> {
  const instance = instanceOf(id);
  for (const { alerts } of live.scopes.values()) {
    const alert = alerts.get(instance)?.alert;
    if (alert?.state === "firing") return alert;
  }
  const stored = await findAlert(live.database.db, id);
  if (stored === null) throw new Refused(404, "Not found", "no alert of that id");
  throw new Refused(409, "Not firing", "only an alert that fires can be taken on");
}
