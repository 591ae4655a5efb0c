import type { Alert } from "@/lib/alerts/rule";
import type { Grouping, Listener, Telling } from "@/lib/notices/notice";

/** What is told a webhook in one delivery: one telling, or several of one group with the worst of them first. */
export interface Bundle {
  readonly key: string | null;
  readonly first: Telling;
  /** All of them, `first` among them; one where it stands alone. */
  readonly tellings: readonly Telling[];
}

/** The labels that make the group, as text: `broker=main, rule=client-lost`. What an alert does not have is left out. */
export function groupKey({ by }: Grouping, { labels, rule, severity }: Alert): string {
  const all: Readonly<Record<string, string>> = { ...labels, rule, severity };
  return by.flatMap((name) => (all[name] === undefined ? [] : [`${name}=${all[name]}`])).join(", ");
}

/** Puts together what is told at one look: of the same kind, to the same webhook, in the same group. */
export function bundled(tellings: readonly Telling[], listeners: readonly Listener[]): readonly Bundle[] {
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

const alone = (telling: Telling): Bundle => ({ key: null, first: telling, tellings: [telling] });

function worstFirst({ alert: a }: Telling, { alert: b }: Telling): number {
  if (a.severity !== b.severity) return a.severity === "critical" ? -1 : 1;
  return a.startedMs - b.startedMs || (a.id < b.id ? -1 : 1);
}
