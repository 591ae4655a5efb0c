import "server-only";
import type { Incident } from "@/lib/alerts/incidents/incident";
import { Refused } from "@/lib/base/errors/refused";
import type { Locale } from "@/lib/base/messages/locale";
import { HOUR } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { type Acknowledgement, acknowledgementKey } from "@/lib/notifications/decide/notification";
import { type AcknowledgementRequest, acknowledgementEnd, authorText } from "@/lib/server/commands/acknowledge-alert";
import { createWindow } from "@/lib/server/commands/silence-window";
import { deleteAcknowledgement, saveAcknowledgement } from "@/lib/storage/acknowledgements";
import type { Author } from "@/lib/storage/alerts/rules";
import { readIncident } from "@/lib/views/incidents/read";
import type { IncidentView } from "@/lib/views/incidents/schema";
import type { SilenceWindowView } from "@/lib/views/silence-windows/schema";

type IncidentCommandContext = Pick<Runtime, "database" | "scopes" | "notifications">;

/** The length of a shift, as for an acknowledgement. */
const SILENCED_MS = 8 * HOUR;

/**
 * Acknowledges an open incident: its alerts, and those that join it later. It ends when the incident gets worse than it is
 * now, when the incident ends, or at `untilMs`.
 */
export async function acknowledgeIncident(
  live: IncidentCommandContext,
  { id, untilMs, comment, by }: AcknowledgementRequest,
  author: Author,
  locale: Locale,
): Promise<IncidentView> {
  const incident = await openIncident(live, id);
  const acknowledgement: Acknowledgement = {
    alertId: acknowledgementKey(incident.id),
    severity: incident.severity,
    comment,
    by: authorText(by, author),
    atMs: author.atMs,
    untilMs: acknowledgementEnd(untilMs, author.atMs),
  };
  await saveAcknowledgement(live.database.db, acknowledgement);
  const { acknowledgements } = live.notifications;
  live.notifications.acknowledgements = new Map([...acknowledgements, [acknowledgement.alertId, acknowledgement]]);
  return viewOf(live, incident.id, locale);
}

/** Removes the acknowledgement of an incident; those of its single alerts stay. */
export async function unacknowledgeIncident(
  live: IncidentCommandContext,
  id: string,
  locale: Locale,
): Promise<IncidentView> {
  const incident = await openIncident(live, id);
  const key = acknowledgementKey(incident.id);
  const acknowledgement = live.notifications.acknowledgements.get(key);
  if (acknowledgement === undefined)
    throw new Refused(409, "Not acknowledged", "nobody has acknowledged this incident");
  await deleteAcknowledgement(live.database.db, acknowledgement);
  live.notifications.acknowledgements = new Map(
    [...live.notifications.acknowledgements].filter(([alertId]) => alertId !== key),
  );
  return viewOf(live, incident.id, locale);
}

/**
 * Silences an open incident with one silence window: its alerts, and those that join it later. While it is a warning, an
 * alert that becomes critical is sent.
 */
export async function silenceIncident(
  live: IncidentCommandContext,
  { id, untilMs, comment, by }: AcknowledgementRequest,
  author: Author,
): Promise<SilenceWindowView> {
  const incident = await openIncident(live, id);
  return createWindow(
    live,
    { match: silenceMatchers(incident), comment, by, untilMs: untilMs ?? author.atMs + SILENCED_MS },
    author,
  );
}

const silenceMatchers = ({ id, severity }: Incident): readonly string[] => [
  `incident="${id.replace(/[\\"]/g, "\\$&")}"`,
  ...(severity === "warning" ? ['severity="warning"'] : []),
];

/** The open incident of that id, or the one that its alerts belong to now. */
async function openIncident(live: IncidentCommandContext, id: string): Promise<Incident> {
  const { incidents } = live.notifications;
  const found =
    incidents.get(id) ?? [...incidents.values()].find(({ members }) => members.some((member) => member.id === id));
  if (found?.resolvedMs === null) return found;
  if (found === undefined && (await readIncident(live, id, "en")) === null) {
    throw new Refused(404, "Not found", "no incident of that id");
  }
  throw new Refused(409, "Not firing", "this incident is over");
}

async function viewOf(live: IncidentCommandContext, id: string, locale: Locale): Promise<IncidentView> {
  const view = await readIncident(live, id, locale);
  if (view === null) throw new Refused(404, "Not found", "no incident of that id");
  return view;
}
