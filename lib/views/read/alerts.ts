import type { Alert } from "@/lib/alerts/rule";
import { scopeOf } from "@/lib/alerts/sight";
import { type Acknowledgement, instanceOf, type NoticeMemory } from "@/lib/notices/notice";
import type { AlertView } from "@/lib/views/alerts";

/** Who has taken alerts on, and what keeps them from being told: as of this moment, which rows are a look behind. */
interface Told {
  readonly notices: {
    readonly acknowledgements: ReadonlyMap<string, Acknowledgement>;
    readonly memory: ReadonlyMap<string, NoticeMemory>;
  };
}

/** For who may see an alert and not who is at work on it: a panel in somebody else's page. */
export const NOBODY: Told = { notices: { acknowledgements: new Map(), memory: new Map() } };

/** One alert as the API has it. */
export function alertView(alert: Alert, live: Told): AlertView {
  const acknowledged = live.notices.acknowledgements.get(alert.id);
  const open = alert.state === "firing";
  const notice = open ? noticeOf(alert, live) : null;
  return {
    ...alert,
    labels: { ...alert.labels },
    acknowledgedBy: open ? (acknowledged?.by ?? null) : alert.acknowledgedBy,
    acknowledgedUntilMs: open ? (acknowledged?.untilMs ?? null) : null,
    acknowledgedComment: open ? (acknowledged?.comment ?? null) : null,
    mutedBy: notice?.mute ?? null,
    flapping: notice === null ? alert.flapping : notice.flappingSinceMs !== null,
  };
}

const noticeOf = ({ id, labels }: Alert, { notices }: Told) =>
  notices.memory.get(scopeOf(labels))?.get(instanceOf(id)) ?? null;
