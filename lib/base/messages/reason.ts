import { z } from "zod";
import { reasons as english } from "@/lib/base/messages/en/reasons";

type Texts = typeof english.reasons;
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Param<Name> = Name extends "reason" ? Reason : Name extends "reasons" ? readonly Reason[] : string | number;

export type ReasonCode = keyof Texts;
type ReasonParams<Code extends ReasonCode> = { readonly [Name in Names<Texts[Code]>]: Param<Name> };
interface ReasonOf<Code extends ReasonCode> {
  readonly code: Code;
  readonly params: ReasonParams<Code>;
}

/** Why something could not be read or sent, as data. It is stored and compared as such, and rendered where it is read. */
export type Reason = { [Code in ReasonCode]: ReasonOf<Code> }[ReasonCode];

/** A code that the catalogue does not have and a parameter that its text does not use do not compile. */
export const reason = <Code extends ReasonCode>(code: Code, params: ReasonParams<Code>): ReasonOf<Code> => ({
  code,
  params,
});

/** The words of others (a broker, a driver, a receiver), which no language translates. */
export const verbatim = (text: string): Reason => reason("verbatim", { text });

export const sameReason = (a: Reason | null, b: Reason | null): boolean =>
  a === b || (a !== null && b !== null && a.code === b.code && canonical(a) === canonical(b));

/** JSON with the parameters in the order of the text, so that their written order does not matter. */
const canonical = (whole: Reason): string => JSON.stringify(readReason(whole));

const Shape = z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) });

/**
 * A reason as it was stored or received. A plain text is verbatim, as older versions stored it; a code that this
 * version does not know stands for itself.
 */
export function readReason(stored: unknown): Reason {
  if (typeof stored === "string") return verbatim(stored);
  const { data } = Shape.safeParse(stored);
  if (data === undefined) return verbatim(JSON.stringify(stored) ?? "");
  const text = TEXTS.get(data.code);
  if (text === undefined) return verbatim(data.code);
  const params = placeholdersOf(text).map((name) => [name, readParam(name, data.params[name])]);
  // The parser's own assertion: the code is one of the catalogue's, and each of its parameters has been read above.
  return { code: data.code, params: Object.fromEntries(params) } as Reason;
}

function readParam(name: string, value: unknown): unknown {
  if (name === "reason") return readReason(value ?? "");
  if (name === "reasons") return Array.isArray(value) ? value.map(readReason) : [];
  return typeof value === "number" ? value : String(value ?? "");
}

const TEXTS: ReadonlyMap<string, string> = new Map(Object.entries(english.reasons));

const placeholdersOf = (text: string): readonly string[] =>
  text
    .split("{")
    .slice(1)
    .map((part) => part.slice(0, part.indexOf("}")));

/** The same reason with each of its texts at most `max` long: what others answer is quoted, not archived. */
export const cutReason = (whole: Reason, max: number): Reason =>
  readReason(
    JSON.parse(JSON.stringify(whole), (name, value: unknown) =>
      typeof value === "string" && name !== "code" ? value.slice(0, max).toWellFormed() : value,
    ),
  );

const Nested = z.record(z.string(), z.unknown());

/** A reason as the API carries it. A parameter can be a reason, or a list of reasons. */
export const ReasonSchema = z
  .object({
    code: z.string().describe("A key of lib/base/messages/en/reasons.ts; later versions add some"),
    params: z.record(z.string(), z.union([z.string(), z.number(), Nested, z.array(Nested)])),
  })
  .transform(readReason);
