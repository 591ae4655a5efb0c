import type { Alert } from "@/lib/alerts/model/alert";
import type { Grouping, Notification, Receiver } from "@/lib/notifications/decide/notification";

/** The content of one delivery: one notification, or those of a group with the worst first. */
export interface NotificationBundle {
  /** The labels of the group; null: a single notification. */
  readonly key: string | null;
  readonly first: Notification;
  /** All notifications, `first` included. */
  readonly notifications: readonly Notification[];
}

/** The labels of the group as text: `broker=main, rule=client-lost`. Labels that the alert does not have are left out. */
export function groupKey({ by }: Grouping, { labels, rule, severity }: Alert): string {
  const all: Readonly<Record<string, string>> = { ...labels, rule, severity };
  return by.flatMap((name) => (all[name] === undefined ? [] : [`${name}=${all[name]}`])).join(", ");
}

/** Bundles the notifications of one evaluation by webhook, type and group. */
export function groupNotifications(
  notifications: readonly Notification[],
  receivers: readonly Receiver[],
): readonly NotificationBundle[] {
  const groupings = new Map(receivers.map(({ id, group }) => [id, group]));
  const groups = Map.groupBy(notifications, (notification) => {
    const { webhook, type, alert } = notification;
    const group = groupings.get(webhook) ?? null;
    return group === null ? notification : JSON.stringify([webhook, type, groupKey(group, alert)]);
  });
  return [...groups.values()].flatMap((members): readonly NotificationBundle[] => {
    const sorted = members.toSorted(worstFirst);
    const [first] = sorted;
    if (first === undefined) return [];
    const group = groupings.get(first.webhook) ?? null;
    if (group === null || members.length <= group.over) return members.map(single);
    return [{ key: groupKey(group, first.alert), first, notifications: sorted }];
  });
}

const single = (notification: Notification): NotificationBundle => ({
  key: null,
  first: notification,
  notifications: [notification],
});

function worstFirst({ alert: a }: Notification, { alert: b }: Notification): number {
  if (a.severity !== b.severity) return a.severity === "critical" ? -1 : 1;
  return a.startedMs - b.startedMs || (a.id < b.id ? -1 : 1);
}
