const MAP = "$map";
const SET = "$set";

/**
 * A memory of the collector as JSON, its maps and sets included. Stored as text and not as jsonb: keys are joined with NUL,
 * which JSON escapes and jsonb refuses.
 */
export const memoryToJson = (memory: unknown): string =>
  JSON.stringify(memory, (_, value: unknown) => {
    if (value instanceof Map) return { [MAP]: [...value] };
    return value instanceof Set ? { [SET]: [...value] } : value;
  });

export const memoryFromJson = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) => {
    const entries = taggedWith(MAP, value);
    if (entries !== null) return new Map(entries.filter(isEntry));
    return setFrom(taggedWith(SET, value)) ?? value;
  });

const setFrom = (members: readonly unknown[] | null): Set<unknown> | null =>
  members === null ? null : new Set(members);

function taggedWith(tag: string, value: unknown): readonly unknown[] | null {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, tag)) return null;
  const [members] = Object.values(value);
  return Array.isArray(members) ? members : null;
}

const isEntry = (entry: unknown): entry is [unknown, unknown] => Array.isArray(entry) && entry.length === 2;
