import { SECOND } from "@/lib/base/time/duration";
import type { ClientState } from "@/lib/rabbitmq/clients/client";
import type { AlertView } from "@/lib/views/alerts/schema";
import type { ClientTrouble, ClientView } from "@/lib/views/clients/schema";
import { activityLines } from "@/lib/views/overview/activity-lines";
import type { Trouble } from "@/lib/views/overview/schema";
import { flappingLine } from "@/lib/views/overview/verdict";

const KINDS = {
  "client-not-consuming": "not-consuming",
  "client-pinned": "pinned",
  "client-publish-silent": "publish-silent",
  "client-leaking": "leaking",
  "client-flapping": "flapping",
} as const;

const isClientTrouble = (kind: Trouble["kind"]): kind is keyof typeof KINDS => kind in KINDS;

/**
 * The problems of a connected client for which a rule fires, critical ones first, then the oldest. A problem begins
 * before its rule fires; where its duration is measured, the measured start is used.
 */
export function troublesOf(client: ClientView, alerts: readonly AlertView[], nowMs: number): ClientTrouble[] {
  if (alerts.length === 0 || client.sessionsOpen === 0) return [];
  return [...activityLines(client, alerts), ...flappingLine(client, alerts)]
    .flatMap((line) => {
      if (!isClientTrouble(line.kind)) return [];
      const kind = KINDS[line.kind];
      return [{ kind, severity: line.severity, sinceMs: startMs(kind, line, client, nowMs) }];
    })
    .sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning") || a.sinceMs - b.sinceMs);
}

/** After a restart of Lastbeat the measurement begins anew; until then the last value of the alert is used. */
function startMs(kind: ClientTrouble["kind"], line: Trouble, { activity }: ClientView, nowMs: number): number {
  const measured = {
    "not-consuming": activity?.withoutConsumersSeconds,
    pinned: activity?.pinnedSeconds,
    "publish-silent": activity?.publishSilentSeconds,
    leaking: null,
    flapping: null,
  }[kind];
  const durationSeconds = measured ?? ("heldSeconds" in line ? line.heldSeconds : null);
  return durationSeconds === null ? line.sinceMs : Math.round(nowMs - durationSeconds * SECOND);
}

/** The order of the list of clients: lower is worse. Connected clients with problems rank among blocked and absent ones. */
const RANKS: Readonly<Record<ClientState, number>> = {
  late: 0,
  lost: 1,
  blocked: 3,
  absent: 4,
  connected: 6,
  departed: 7,
};

export function rankOf(state: ClientState, troubles: readonly ClientTrouble[]): number {
  const [worst] = troubles;
  const rank = RANKS[state];
  return worst === undefined ? rank : Math.min(rank, worst.severity === "critical" ? 2 : 5);
}
