import { SECOND } from "@/lib/base/time/duration";
import type { AlertView } from "@/lib/views/alerts/schema";
import type { ClientState, ClientTrouble, ClientView } from "@/lib/views/clients/schema";
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

const isKnown = (kind: Trouble["kind"]): kind is keyof typeof KINDS => kind in KINDS;

/**
 * What a connected client does wrong as far as a rule calls it trouble, the critical first, then the oldest. It began
 * before the rule said so: where its length is measured, that counts.
 */
export function troublesOf(client: ClientView, alerts: readonly AlertView[], nowMs: number): ClientTrouble[] {
  if (alerts.length === 0 || client.sessionsOpen === 0) return [];
  return [...activityLines(client, alerts), ...flappingLine(client, alerts)]
    .flatMap((line) => {
      if (!isKnown(line.kind)) return [];
      const kind = KINDS[line.kind];
      return [{ kind, severity: line.severity, sinceMs: began(kind, line, client, nowMs) }];
    })
    .sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning") || a.sinceMs - b.sinceMs);
}

/** After a restart the measurement begins anew, and what the alert last knew is all there is. */
function began(kind: ClientTrouble["kind"], line: Trouble, { activity }: ClientView, nowMs: number): number {
  const measured = {
    "not-consuming": activity?.withoutConsumersSeconds,
    pinned: activity?.pinnedSeconds,
    "publish-silent": activity?.publishSilentSeconds,
    leaking: null,
    flapping: null,
  }[kind];
  const heldSeconds = measured ?? ("heldSeconds" in line ? line.heldSeconds : null);
  return heldSeconds === null ? line.sinceMs : Math.round(nowMs - heldSeconds * SECOND);
}

/** Whom to look at first: lower is worse. Who is connected and does harm stands beside who is blocked or away. */
const PLACES: Readonly<Record<ClientState, number>> = {
  late: 0,
  lost: 1,
  blocked: 3,
  absent: 4,
  connected: 6,
  departed: 7,
};

export function placeOf(state: ClientState, troubles: readonly ClientTrouble[]): number {
  const [worst] = troubles;
  const own = PLACES[state];
  return worst === undefined ? own : Math.min(own, worst.severity === "critical" ? 2 : 5);
}
