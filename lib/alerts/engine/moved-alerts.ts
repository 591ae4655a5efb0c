import { keyOf } from "@/lib/alerts/engine/measure";
import type { Alert } from "@/lib/alerts/model/alert";

export interface ClientMove {
  /** Ids that clients have now, by the ids that they had. */
  readonly moved: ReadonlyMap<string, string>;
  /** The clients as they are now. */
  readonly clients: readonly { readonly id: string; readonly name: string }[];
}

/**
 * The open alerts of clients that have another identity now, since a folding rule or pattern came into force, under that
 * identity. Each continues under its id: nothing has happened that could resolve it. Where several clients have become
 * one, the alert of a rule that began first continues, and the others stay as they are and end as no longer watched.
 */
export function movedAlerts(open: readonly Alert[], { moved, clients }: ClientMove): readonly Alert[] {
  if (moved.size === 0) return [];
  const names = new Map(clients.map(({ id, name }) => [id, name]));
  const used = new Set(open.map(({ rule, labels }) => keyOf(rule, labels)));
  return open
    .toSorted((a, b) => a.startedMs - b.startedMs)
    .flatMap((alert) => {
      const clientId = moved.get(alert.labels.clientId ?? "");
      const client = clientId === undefined ? undefined : names.get(clientId);
      if (clientId === undefined || client === undefined) return [];
      const labels = { ...alert.labels, client, clientId };
      const key = keyOf(alert.rule, labels);
      if (used.has(key)) return [];
      used.add(key);
      return [{ ...alert, labels }];
    });
}
