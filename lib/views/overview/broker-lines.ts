import { renderReason } from "@/lib/base/messages/render-reason";
import type { BrokerView } from "@/lib/views/brokers/schema";
import type { Trouble } from "@/lib/views/overview/schema";
import type { VerdictInput } from "@/lib/views/overview/verdict-input";

const isBlind = (broker: BrokerView): boolean => broker.state === "unreachable" || broker.state === "unauthorized";

/** One line for all scopes: the reason is the database's, and the same for all. */
export function notSavedLine(failing: VerdictInput["failing"]): Trouble[] {
  const [first] = failing.toSorted((a, b) => a.sinceMs - b.sinceMs);
  if (first === undefined) return [];
  const subject = failing.map(({ what }) => what).join(", ");
  const { sinceMs, reason } = first;
  return [{ kind: "not-kept", severity: "critical", subject, sinceMs, because: renderReason(reason), reason }];
}

export function blindLines(scene: Pick<VerdictInput, "brokers" | "jobs">): Trouble[] {
  const brokers = scene.brokers.filter(isBlind).map(
    (broker): Trouble => ({
      kind: "broker-blind",
      severity: "critical",
      subject: broker.id,
      sinceMs: broker.stateSinceMs,
      because: broker.because ?? "",
      reason: broker.reason,
    }),
  );
  const sources = new Map<string, Trouble>();
  for (const row of scene.jobs) {
    if (row.state === "ok" || row.state === "starting") continue;
    const line = { kind: "source-blind", severity: "warning", subject: row.source } as const;
    const { because, reason, state, stateSinceMs: sinceMs } = row;
    sources.set(row.source, { ...line, sinceMs, because: because ?? state, reason });
  }
  return [...brokers, ...sources.values()];
}

export const missingOf = (broker: BrokerView) =>
  broker.comeback?.away.filter((client) => client.state === "lost" || client.overdue) ?? [];

/** Clients that were lost in the same broker restart share one line. */
export const recoveryLines = (scene: Pick<VerdictInput, "brokers">): Trouble[] =>
  scene.brokers.flatMap((broker) => {
    const missing = missingOf(broker);
    if (broker.comeback === null || missing.length === 0) return [];
    const { atMs: sinceMs, went, back } = broker.comeback;
    const subject = missing.map((client) => client.displayName).join(", ");
    const lost = missing.filter((client) => client.state === "lost").length;
    return [
      {
        ...{ kind: "clients-not-back", subject, broker: broker.id, sinceMs },
        severity: lost > 0 ? "critical" : "warning",
        ...{ missing: missing.length, lost, went, back },
      },
    ];
  });
