import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** Whether an unchanged row is to be written all the same, by its id. */
export type RowsDue = (id: string) => boolean;

export const NO_ROWS: RowsDue = () => false;

/** Fields that only advance (octets, last seen) are written this often; other changes are written at once. */
const WRITTEN_EVERY_MS = MINUTE;
/** Thousands of rows written together would block the database for a second: each poll writes a share of them. */
const SHARE_MS = SECOND;
const SHARES = WRITTEN_EVERY_MS / SHARE_MS;

/** The rows whose turn lies between the previous poll (null: none) and this one. Each has one turn a minute. */
export function rowsDue(beforeMs: number | null, nowMs: number): RowsDue {
  const from = Math.floor((beforeMs ?? nowMs) / SHARE_MS);
  const to = Math.floor(nowMs / SHARE_MS);
  if (to <= from) return NO_ROWS;
  if (to - from >= SHARES) return () => true;
  const first = (from + 1) % SHARES;
  return (id) => (shareOf(id) - first + SHARES) % SHARES < to - from;
}

/** The end of an id varies most: a hash, or the instant of a connection. */
function shareOf(id: string): number {
  let sum = 0;
  for (let at = Math.max(0, id.length - CHARACTERS); at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) % PRIME;
  return sum % SHARES;
}

const CHARACTERS = 16;
const PRIME = 1_000_003;
