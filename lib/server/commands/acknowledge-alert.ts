import "server-only";
import type { Alert } from "@/lib/alerts/model/alert";
import { Refused } from "@/lib/base/errors/refused";
import type { Locale } from "@/lib/base/messages/locale";
import { DAY, HOUR } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { type Acknowledgement, instanceOf } from "@/lib/notifications/decide/notification";
import { deleteAcknowledgement, saveAcknowledgement } from "@/lib/storage/acknowledgements";
import { findAlert } from "@/lib/storage/alerts/alerts";
import type { Author } from "@/lib/storage/alerts/rules";
import { alertView } from "@/lib/views/alerts/read";
import type { AlertView } from "@/lib/views/alerts/schema";

type AcknowledgeContext = Pick<Runtime, "database" | "alerts" | "notices">;

interface AcknowledgementRequest {
  readonly id: string;
  readonly untilMs?: number | undefined;
  readonly comment: string;
  readonly by?: string | undefined;
}

/** A shift. Whoever takes an alert on for longer says so. */
const ACKNOWLEDGED_MS = 8 * HOUR;
/** Longer is no work on an alert but a silence. */
const ACKNOWLEDGED_MS_MAX = 7 * DAY;

/**
 * Takes a firing alert on. It is not told again until the acknowledgement expires, or the alert gets worse; the webhooks
 * that know of it are told within about a second. A later acknowledgement takes the place of an earlier.
 */
export async function acknowledgeAlert(
  live: AcknowledgeContext,
  { id, untilMs, comment, by }: AcknowledgementRequest,
  { who, atMs: nowMs }: Author,
  locale: Locale,
): Promise<AlertView> {
  const alert = await firing(live, id);
  const until = untilMs ?? nowMs + ACKNOWLEDGED_MS;
  if (until <= nowMs) throw new Refused(422, "Over already", "untilMs: it must lie ahead");
  if (until > nowMs + ACKNOWLEDGED_MS_MAX) throw new Refused(422, "Too long", "untilMs: at most seven days ahead");
  const one: Acknowledgement = {
    ...{ alertId: alert.id, severity: alert.severity, comment },
    ...{ by: by === undefined ? who : `${by} (${who})`, atMs: nowMs, untilMs: until },
  };
  await saveAcknowledgement(live.database.db, one);
  live.notices.acknowledgements = new Map([...live.notices.acknowledgements, [alert.id, one]]);
  return alertView(alert, live, locale);
}

/** Gives an alert back: it is told again, and repeated. */
export async function unacknowledgeAlert(live: AcknowledgeContext, id: string, locale: Locale): Promise<AlertView> {
  const alert = await firing(live, id);
  const one = live.notices.acknowledgements.get(alert.id);
  if (one === undefined) throw new Refused(409, "Not acknowledged", "nobody has taken this alert on");
  await deleteAcknowledgement(live.database.db, one);
  live.notices.acknowledgements = new Map([...live.notices.acknowledgements].filter(([of]) => of !== alert.id));
  return alertView(alert, live, locale);
}

/**
 * The alert of that id, or the one that fires now of the same instance: a receiver may have a flapping alert open under
 * the id it had when it began to flap.
 */
async function firing(live: AcknowledgeContext, id: string): Promise<Alert> {
  const instance = instanceOf(id);
  for (const memory of live.alerts.values()) {
    const alert = memory.get(instance)?.alert;
    if (alert?.state === "firing") return alert;
  }
  const stored = await findAlert(live.database.db, id);
  if (stored === null) throw new Refused(404, "Not found", "no alert of that id");
  throw new Refused(409, "Not firing", "only an alert that fires can be taken on");
}
