/** Values as Redis answers them, in RESP 2: numbers, texts, lists and null. What has another form is null or empty. */
export const answers = {
  count: (value: unknown): number => (typeof value === "number" ? value : (answers.number(value) ?? 0)),

  number(value: unknown): number | null {
    if (typeof value === "number") return value;
    if (typeof value !== "string" || value === "") return null;
    const parsed = Number(value);
    return Number.isFinite(parsed) ? parsed : null;
  },

  text: (value: unknown): string | null => (typeof value === "string" ? value : null),

  list: (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []),

  texts: (value: unknown): readonly string[] => answers.list(value).filter((item) => typeof item === "string"),

  /** `[member, score, member, score, …]` */
  scored(value: unknown): readonly ScoredMember[] {
    const flat = answers.list(value);
    return flat.flatMap((member, index) => {
      const score = answers.number(flat[index + 1]);
      return index % 2 === 0 && typeof member === "string" && score !== null ? [{ member, score }] : [];
    });
  },

  /** An object written as JSON; empty for anything else. */
  object(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== "string") return {};
    try {
      return record(JSON.parse(value));
    } catch {
      return {};
    }
  },

  record: (value: unknown): Readonly<Record<string, unknown>> => record(value),
} as const;

export interface ScoredMember {
  readonly member: string;
  readonly score: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const record = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});
