import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import type { Rule } from "@/lib/alerts/model/rule";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { SECOND } from "@/lib/base/time/duration";
import { duration } from "@/lib/config/duration";
import { fileRule } from "@/lib/config/rule";
import { type NotationValues, readValues } from "@/lib/server/commands/rule-tests/notation";

/** The values of one object, one for each instant from the first. */
export interface RuleTestTimeline {
  readonly line: number;
  /** Another signal than the rule's, such as broker.up; null: the rule's own. */
  readonly signal: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly NotationValues[];
}

/** An expected alert: the labels that matter, and its severity. */
export interface ExpectedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly severity: "warning" | "critical";
}

/**
 * The alerts expected at an instant (ms from the first value), and the line of the expectation. No list: not checked.
 */
export interface Expectation {
  readonly line: number;
  readonly atMs: number;
  readonly firing: readonly ExpectedAlert[] | null;
  readonly pending: readonly ExpectedAlert[] | null;
}

export interface RuleTest {
  readonly name: string;
  readonly line: number;
  /** The id of a rule in force, or a rule of its own in the form of the configuration. */
  readonly rule: string | Rule;
  readonly everyMs: number;
  readonly readings: readonly RuleTestTimeline[];
  readonly expect: readonly Expectation[];
}

/** A fault of a file and its line, from 1. */
export interface TestFault {
  readonly line: number;
  readonly message: string;
}

export type ParsedTests = { readonly tests: readonly RuleTest[]; readonly faults: readonly TestFault[] };

/** No file written by hand is longer; parsing it would delay other requests. */
const TEXT_LENGTH_MAX = 1_000_000;
const TESTS_MAX = 500;
const LIST_MAX = 200;
const ALIASES_MAX = 100;
/** Lastbeat polls no broker more than once a second, and no source less than once an hour. */
const [EVERY_MS_MIN, EVERY_MS_MAX] = [SECOND, 3_600 * SECOND];
const EVERY_DEFAULT = "15s";

const every = duration.refine(
  (ms) => ms >= EVERY_MS_MIN && ms <= EVERY_MS_MAX,
  "between one second and one hour from one value to the next",
);
const values = z.union([z.string(), z.number()]).transform((given, context) => {
  const read = readValues(String(given));
  if (read.ok) return read.values;
  context.addIssue({ code: "custom", message: read.message });
  return z.NEVER;
});
const signal = z
  .string()
  .refine((name) => signalNamed(name) !== null, "no such signal; GET /api/v1/signals lists them");
const labels = z.record(z.string(), z.string()).default({});
const Inline = fileRule({ id: z.string().default("inline") });
/** Not a union of schemas: for a failed union zod reports neither the path nor the reason. */
const rule = z.unknown().transform((given, context): string | Rule => {
  if (typeof given === "string") return given;
  const read = Inline.safeParse(given);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) context.addIssue({ code: "custom", path: [...path], message });
  return z.NEVER;
});
const Expected = z.strictObject({ labels, severity: z.enum(["warning", "critical"]) });
const Test = z.strictObject({
  name: z.string().min(1),
  rule,
  every: every.optional(),
  readings: z
    .array(z.strictObject({ signal: signal.nullable().default(null), labels, values }))
    .min(1)
    .max(LIST_MAX),
  expect: z
    .array(
      z
        .strictObject({ at: duration, firing: z.array(Expected).optional(), pending: z.array(Expected).optional() })
        .refine(({ firing, pending }) => firing !== undefined || pending !== undefined, "firing, pending, or both"),
    )
    .min(1)
    .max(LIST_MAX),
});
const File = z.strictObject({ every: every.prefault(EVERY_DEFAULT), tests: z.array(Test).min(1).max(TESTS_MAX) });

/** Reads a file of rule tests; all its faults are returned at once, each with its line. */
export function parseTests(text: string): ParsedTests {
  if (text.length > TEXT_LENGTH_MAX) {
    return { tests: [], faults: [{ line: 1, message: `at most ${TEXT_LENGTH_MAX} characters` }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const faults = document.errors.map(({ pos, message }): TestFault => ({ line: lineAt(pos[0]), message }));
  if (faults.length > 0) return { tests: [], faults };
  const read = File.safeParse(document.toJS({ maxAliasCount: ALIASES_MAX }));
  const lineOf = (path: readonly PropertyKey[]): number => lineAt(offsetOf(document, path));
  if (!read.success) return { tests: [], faults: read.error.issues.flatMap((issue) => faultsOf(issue, lineOf)) };
  const tests = read.data.tests.map((test, at): RuleTest => testOf(test, read.data.every, lineOf, ["tests", at]));
  return { tests, faults: tests.flatMap(tooLate) };
}

function testOf(
  { every: own, expect, readings, ...test }: z.infer<typeof Test>,
  everyMs: number,
  lineOf: (path: readonly PropertyKey[]) => number,
  path: readonly PropertyKey[],
): RuleTest {
  return {
    ...test,
    line: lineOf([...path, "name"]),
    everyMs: own ?? everyMs,
    readings: readings.map((reading, number) => ({ ...reading, line: lineOf([...path, "readings", number]) })),
    expect: expect.map(({ at, firing, pending }, number) => ({
      line: lineOf([...path, "expect", number]),
      atMs: at,
      firing: firing ?? null,
      pending: pending ?? null,
    })),
  };
}

/** An expectation after the last value could not fail: the state would be held for ever. */
function tooLate({ readings, expect, everyMs }: RuleTest): TestFault[] {
  const lastMs = Math.max(...readings.map((reading) => reading.values.length - 1)) * everyMs;
  return expect
    .filter(({ atMs }) => atMs > lastMs)
    .map(({ line }) => ({ line, message: `the values end at ${lastMs / SECOND} s, before this instant` }));
}

/** The offset of the node at a path; where there is none, of its nearest parent. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return 0;
}

function faultsOf(issue: z.core.$ZodIssue, lineOf: (path: readonly PropertyKey[]) => number): TestFault[] {
  const name = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ line: lineOf([...issue.path, key]), message: `no such setting: ${key}` }));
  }
  return [{ line: lineOf(issue.path), message: name === "" ? issue.message : `${name}: ${issue.message}` }];
}
