import type { Alert } from "@/lib/alerts/model/alert";
import type { Grouping, Notification, Receiver } from "@/lib/notifications/decide/notification";

/** What is told a webhook in one delivery: one telling, or several of one group with the worst of them first. */
export interface Bundle {
  readonly key: string | null;
  readonly first: Notification;
  /** All of them, `first` among them; one where it stands alone. */
  readonly tellings: readonly Notification[];
}

/** The labels that make the group, as text: `broker=main, rule=client-lost`. What an alert does not have is left out. */
export function groupKey({ by }: Grouping, { labels, rule, severity }: Alert): string {
  const all: Readonly<Record<string, string>> = { ...labels, rule, severity };
  return by.flatMap((name) => (all[name] === undefined ? [] : [`${name}=${all[name]}`])).join(", ");
}

/** Puts together what is told at one look: of the same kind, to the same webhook, in the same group. */
export function bundled(tellings: readonly Notification[], listeners: readonly Receiver[]): readonly Bundle[] {
  const groupings = new Map(listeners.map(({ id, group }) => [id, group]));
  const groups = Map.groupBy(tellings, (telling) => {
    const group = groupings.get(telling.webhook) ?? null;
    return group === null ? telling : JSON.stringify([telling.webhook, telling.type, groupKey(group, telling.alert)]);
  });
  return [...groups.values()].flatMap((together): readonly Bundle[] => {
    const [first] = together.toSorted(worstFirst);
    const group = groupings.get(first?.webhook ?? "") ?? null;
    if (first === undefined) return [];
    if (group === null || together.length <= group.over) return together.map(alone);
    return [{ key: groupKey(group, first.alert), first, tellings: together.toSorted(worstFirst) }];
  });
}

const alone = (telling: Notification): Bundle => ({ key: null, first: telling, tellings: [telling] });

function worstFirst({ alert: a }: Notification, { alert: b }: Notification): number {
  if (a.severity !== b.severity) return a.severity === "critical" ? -1 : 1;
  return a.startedMs - b.startedMs || (a.id < b.id ? -1 : 1);
}
