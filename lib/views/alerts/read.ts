import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { Alert } from "@/lib/alerts/model/alert";
import { sentenceOf } from "@/lib/alerts/text/summary";
import type { Locale } from "@/lib/base/messages/locale";
import {
  type Acknowledgement,
  instanceOf,
  type Mute,
  type NotificationMemory,
} from "@/lib/notifications/decide/notification";
import type { AlertView } from "@/lib/views/alerts/schema";

/** Who has taken alerts on, and what keeps them from being told: as of this moment, which rows are a look behind. */
interface RenderedText {
  readonly alerts: ReadonlyMap<string, AlertMemory>;
  readonly notices: {
    readonly acknowledgements: ReadonlyMap<string, Acknowledgement>;
    readonly memory: ReadonlyMap<string, NotificationMemory>;
  };
}

/** For who may see an alert and not who is at work on it: a panel in somebody else's page. */
export const NOBODY: RenderedText = { alerts: new Map(), notices: { acknowledgements: new Map(), memory: new Map() } };

/** One alert as the API has it, its sentence in the asker's language. */
export function alertView(alert: Alert, live: RenderedText, locale: Locale): AlertView {
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

const noticeOf = ({ id, labels }: Alert, { notices }: RenderedText) =>
  notices.memory.get(scopeOf(labels))?.get(instanceOf(id)) ?? null;

/** A cause that still stands is said in the asker's language; of one that ended only what was noted is known. */
function muteIn(mute: Mute, { alerts }: RenderedText, locale: Locale): Mute {
  if (mute.by !== "alert" || locale === "en") return mute;
  const instance = instanceOf(mute.id);
  const cause = [...alerts.values()]
    .map((memory) => memory.get(instance)?.alert)
    .find((alert) => alert?.id === mute.id);
  return cause === undefined ? mute : { ...mute, text: sentenceOf(cause, locale) };
}
