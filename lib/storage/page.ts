/** Where a page ends: the instant and the id of its last row, newest first. */
export interface Cursor {
  readonly ms: number;
  readonly id: string;
}

export interface ResultPage<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  readonly before: Cursor | null;
}

/** One page is read and drawn as a whole; more is on the next page. */
const PAGE_MAX = 500;

/** Longer than any id of ours; a longer cursor was not made by `writeCursor`. */
const CURSOR_LENGTH_MAX = 4_096;

const writeCursor = (cursor: Cursor): string => `${cursor.ms}.${encodeURIComponent(cursor.id)}`;

/** Parses a cursor from a request; null if it is invalid. */
export function readCursor(text: string): Cursor | null {
  if (text.length > CURSOR_LENGTH_MAX) return null;
  const [, ms, id] = /^(\d{1,15})\.(.*)$/s.exec(text) ?? [];
  if (ms === undefined || id === undefined) return null;
  try {
    return { ms: Number(ms), id: decodeURIComponent(id) };
  } catch {
    return null;
  }
}

/** A page of rows, of which one more than `limit` was read to learn whether there is a next page. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => Cursor): ResultPage<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor(cursorOf(last)) : null };
}

export const limitOf = (request: PageRequest): number => Math.min(Math.max(1, Math.trunc(request.limit)), PAGE_MAX);
