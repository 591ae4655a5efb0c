/** A reason: its parameters can be reasons, so that the type has no end, and none of them is an instant. */
interface CodeWithParams {
  readonly code: string;
  readonly params: object;
}

type Primitive = string | number | boolean | bigint | symbol | null | undefined;
type Leaf = Primitive | CodeWithParams | ((...args: never[]) => unknown);

/** The names ending in `Ms` of all fields reachable from T. */
export type MsFields<T> = T extends Leaf
  ? never
  : T extends ReadonlyMap<unknown, infer V>
    ? MsFields<V>
    : T extends ReadonlySet<infer V> | readonly (infer V)[]
      ? MsFields<V>
      : { [K in keyof T & string]: (K extends `${string}Ms` ? K : never) | MsFields<T[K]> }[keyof T & string];

/**
 * `instant`: epoch ms on our own clock, shifted when that clock is set. `duration`: a length of time. `theirs-minus-ours`,
 * `ours-minus-theirs`: between another clock and ours. `fixed`: an instant that must not move: on another clock, or stored as it is.
 */
export type MsMeaning = "instant" | "duration" | "theirs-minus-ours" | "ours-minus-theirs" | "fixed";

/** A field added to T is missing from its table until somebody has said what it means: the compiler asks. */
export type MsMeanings<T> = Readonly<Record<MsFields<T>, MsMeaning>>;

/**
 * A copy of plain data with every instant moved by `byMs`, as if our clock had always shown what it shows now. The value
 * of an instant's field may be a number, an array or a map of numbers; 0 and null mean never and stay.
 */
export function shiftInstants<T>(data: T, meanings: MsMeanings<T>, byMs: number): T;
export function shiftInstants(data: unknown, meanings: Readonly<Record<string, MsMeaning>>, byMs: number): unknown {
  if (byMs === 0) return data;
  const shift = (value: unknown, meaning: MsMeaning | undefined): unknown => {
    if (meaning === "duration" || meaning === "fixed") return value;
    if (typeof value === "number") return moved(value, meaning, byMs);
    if (Array.isArray(value)) return value.map((item) => shift(item, meaning));
    if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, shift(item, meaning)]));
    if (typeof value !== "object" || value === null || value instanceof Set) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shift(item, meanings[name])]));
  };
  return shift(data, undefined);
}

function moved(value: number, meaning: MsMeaning | undefined, byMs: number): number {
  switch (meaning) {
    case "instant":
      return value === 0 ? 0 : value + byMs;
    case "ours-minus-theirs":
      return value + byMs;
    case "theirs-minus-ours":
      return value - byMs;
    case "duration":
    case "fixed":
    case undefined:
      return value;
    default:
      return meaning satisfies never;
  }
}
