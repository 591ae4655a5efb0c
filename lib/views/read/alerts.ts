import type { AlertMemory } from "@/lib/alerts/judge";
import type { Alert } from "@/lib/alerts/rule";
import { scopeOf } from "@/lib/alerts/sight";
import { sentenceOf } from "@/lib/alerts/summary";
import type { Locale } from "@/lib/messages/locale";
import { type Acknowledgement, instanceOf, type Mute, type NoticeMemory } from "@/lib/notices/notice";
import type { AlertView } from "@/lib/views/alerts";

/** Who has taken alerts on, and what keeps them from being told: as of this moment, which rows are a look behind. */
interface Told {
  readonly alerts: ReadonlyMap<string, AlertMemory>;
  readonly notices: {
    readonly acknowledgements: ReadonlyMap<string, Acknowledgement>;
    readonly memory: ReadonlyMap<string, NoticeMemory>;
  };
}

/** For who may see an alert and not who is at work on it: a panel in somebody else's page. */
export const NOBODY: Told = { alerts: new Map(), notices: { acknowledgements: new Map(), memory: new Map() } };

/** One alert as the API has it, its sentence in the asker's language. */
export function alertView(alert: Alert, live: Told, locale: Locale): AlertView {
  const acknowledged = live.notices.acknowledgements.get(alert.id);
  const open = alert.state === "firing";
  const notice = open ? noticeOf(alert, live) : null;
  const { facts: _, ...told } = alert;
  return {
    ...told,
    labels: { ...alert.labels },
    summary: sentenceOf(alert, locale),
    acknowledgedBy: open ? (acknowledged?.by ?? null) : alert.acknowledgedBy,
    acknowledgedUntilMs: open ? (acknowledged?.untilMs ?? null) : null,
    acknowledgedComment: open ? (acknowledged?.comment ?? null) : null,
    mutedBy: notice?.mute == null ? null : muteIn(notice.mute, live, locale),
    flapping: notice === null ? alert.flapping : notice.flappingSinceMs !== null,
  };
}

const noticeOf = ({ id, labels }: Alert, { notices }: Told) =>
  notices.memory.get(scopeOf(labels))?.get(instanceOf(id)) ?? null;

/** A cause that still stands is said in the asker's language; of one that ended only what was noted is known. */
function muteIn(mute: Mute, { alerts }: Told, locale: Locale): Mute {
  if (mute.by !== "alert" || locale === "en") return mute;
  const instance = instanceOf(mute.id);
  const cause = [...alerts.values()]
    .map((memory) => memory.get(instance)?.alert)
    .find((alert) => alert?.id === mute.id);
  return cause === undefined ? mute : { ...mute, text: sentenceOf(cause, locale) };
}
