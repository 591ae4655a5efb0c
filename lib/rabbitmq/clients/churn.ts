/**
 * Sessions that polling missed: it cannot observe those that open and end between two polls (0 of 15 in a measured
 * crash loop), but the broker's own counter includes them. The counter and the list differ by up to 5 s, so a
 * difference counts only after several polls.
 */
export interface ChurnMemory {
  readonly created: number | null;
  /** Differences (counted by the broker minus observed in the list) after each of the last polls, running totals. */
  readonly balances: readonly number[];
}

export const NO_CHURN: ChurnMemory = { created: null, balances: [] };

/** Three polls of 5 s are longer than the 5 s of emission and the 5 s of collection together. */
const SETTLED_AFTER = 4;

/**
 * (memory, broker's cumulative connections created, sessions observed to open) → how many were missed. A counter that
 * fell is that of a restarted node and restarts the comparison; without a counter nothing is measured.
 */
export function reconcile(
  memory: ChurnMemory,
  created: number | null,
  observedOpening: number,
): { readonly after: ChurnMemory; readonly unseen: number | null } {
  if (created === null) return { after: NO_CHURN, unseen: null };
  if (memory.created === null || created < memory.created) return { after: { created, balances: [] }, unseen: null };
  const last = memory.balances.at(-1) ?? 0;
  const balances = [...memory.balances, last + (created - memory.created) - observedOpening].slice(-SETTLED_AFTER);
  if (balances.length < SETTLED_AFTER) return { after: { created, balances }, unseen: 0 };
  const least = Math.min(...balances);
  const most = Math.max(...balances);
  const settled = least > 0 ? least : Math.min(most, 0);
  return {
    after: { created, balances: balances.map((balance) => balance - settled) },
    unseen: Math.max(0, settled),
  };
}
