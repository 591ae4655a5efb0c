/** Whether the messages of an exchange are in a form that Lastbeat knows. Each node formats its own. */
export interface Readability {
  record(node: string | null, readable: boolean): void;
  /** Some node's messages cannot be read. */
  isUnreadable(): boolean;
}

/** A node whose messages could be read before may write a few others, of a plugin for example. */
const UNREADABLE_IN_A_ROW = 10;

export function createReadability(): Readability {
  const nodes = new Map<string, { readonly wasRead: boolean; readonly unreadableInARow: number }>();
  return {
    record(node, readable) {
      const before = nodes.get(node ?? "") ?? { wasRead: false, unreadableInARow: 0 };
      const unreadableInARow = readable ? 0 : before.unreadableInARow + 1;
      nodes.set(node ?? "", { wasRead: before.wasRead || readable, unreadableInARow });
    },
    isUnreadable: () =>
      [...nodes.values()].some(
        ({ wasRead, unreadableInARow }) => unreadableInARow >= (wasRead ? UNREADABLE_IN_A_ROW : 1),
      ),
  };
}
