import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { codeOf, exportedTypesOf, identifiersOf, wordsOf } from "@/lib/vocabulary.testing";

const ROOT = resolve(import.meta.dirname, "..");

/**
 * Words that are not names in this code base: each was a metaphor or a verb for several things, where RabbitMQ, Prometheus,
 * Alertmanager and PostgreSQL have a term. What to write instead stands behind each group.
 */
const BANNED: readonly (readonly [words: string, instead: string])[] = [
  ["told telling tellings untold tell tells", "notified, notification, reported, published"],
  ["heard hear hears hearing unheard", "received, events"],
  ["notice notices", "notification"],
  ["lane lanes", "worker, endpoint health, row"],
  ["pace paces", "rate limit"],
  ["seal seals sealed", "signed request"],
  ["vital vitals", "liveness"],
  ["beat beats beaten", "heartbeat, ping"],
  ["pulse pulses", "freshness, poll loop"],
  ["doubt doubts doubted", "staleness"],
  ["way ways", "strategy, route, path"],
  ["sight sights sees", "visibility, access check"],
  ["comeback", "restart recovery"],
  ["taken untaken taking", "acknowledged, handled, picked up"],
  ["look looks looked looking lookback", "poll, check, evaluate, window"],
  ["kept keep keeps keeping", "saved, stored, retained"],
  ["stand stands standing standings stood", "status, health, current"],
  ["tooth teeth", "segment"],
  ["dear", "expensive"],
  ["roster whom", "registry"],
  ["said saying", "text, message"],
  ["asked asker asking", "requested, queried, polled"],
];

const INSTEAD = new Map(BANNED.flatMap(([words, instead]) => words.split(" ").map((word) => [word, instead] as const)));

/** Names that users have in programs and files: fields and values of the public API, which a rename would break. */
const PUBLIC = [
  ...["comeback", "sees", "way", "ways", "standing", "standsSeconds", "teeth", "untakenSeconds", "toldMs", "unheard"],
  ...["taken", "notKept", "lastKeptMs", "notTaken", "kyooNotTaken", "bitmagnetNotTaken", "peertubeNotTaken"],
];

/** Modules of a rule have its id, which users have in their files: the rule is renamed together with its signal. */
const RULE_IDS = ["jobsNotTaken", "lib/alerts/rules/jobs-not-taken", "lib/base/messages/rules/jobs-not-taken"];

/** Names that are not ours to change: of the public API, of Prometheus (keep_firing_for), and of libraries. */
const FOREIGN: ReadonlySet<string> = new Set([
  ...PUBLIC,
  ...RULE_IDS,
  ...["keepAlive", "keepAliveTimeout", "keepPreviousData"],
]);

const NO_TYPE_NAMES: ReadonlySet<string> = new Set(["Of", "At", "Asked", "Standing", "Told", "Outcome"]);

interface SourceFile {
  readonly path: string;
  /** Without comments and strings. */
  readonly code: string;
}

const files: readonly SourceFile[] = globSync("{lib,components,app,e2e}/**/*.{ts,tsx,mjs}", { cwd: ROOT })
  .filter((path) => !path.endsWith("lib/vocabulary.test.ts"))
  .map((path) => ({ path, code: codeOf(readFileSync(join(ROOT, path), "utf8")) }));

/** Every identifier and path component made of a banned word, with what to write instead. */
function bannedIn({ path, code }: SourceFile): string[] {
  const names = new Set([...identifiersOf(code), path.replace(/\.\w+$/, "")]);
  return [...names].flatMap((name) => {
    if (FOREIGN.has(name) || /^keepFiring/.test(name)) return [];
    const word = wordsOf(name).find((part) => INSTEAD.has(part));
    return word === undefined ? [] : [`${path}: ${name} (${word}: write ${INSTEAD.get(word)})`];
  });
}

/** Names of types that two production files export, and names too short to mean anything. */
function typeFaults(all: readonly SourceFile[]): string[] {
  const production = all.filter(
    ({ path }) => !path.startsWith("e2e/") && !/\.(test|testing|bench|spec)\.tsx?$/.test(path),
  );
  const declared = Map.groupBy(
    production.flatMap(({ path, code }) => exportedTypesOf(code).map((name) => ({ name, path }))),
    ({ name }) => name,
  );
  return [...declared].flatMap(([name, places]) => {
    const where = places.map(({ path }) => path).join(", ");
    if (NO_TYPE_NAMES.has(name)) return [`${name} says nothing: ${where}`];
    return places.length > 1 ? [`${name} is exported twice: ${where}`] : [];
  });
}

describe("names", () => {
  test("identifiers and file names use the words of the field", () => {
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap(bannedIn)).toEqual([]);
  });
  test("a type has one declaration and a name that says what it is", () => expect(typeFaults(files)).toEqual([]));
});

describe("each law fails on a planted violation", () => {
  const planted = (text: string, path = "lib/alerts/planted.ts"): SourceFile => ({ path, code: codeOf(text) });
  test.each([
    ["an identifier", planted("export const whatWasTold = 1;")],
    ["a member", planted("interface A { readonly lookedMs: number }")],
    ["a constant", planted("const LOOK_EVERY_MS = 1;")],
    ["an expression in a template", planted(["const text = `", "{lane} ${1}`;"].join("$"))],
    ["a file name", planted("", "lib/webhooks/lane.ts")],
  ])("%s", (_, file) => expect(bannedIn(file)).toHaveLength(1));
  test.each([
    ["words in a comment", "// who is told\nconst a = 1; /* look */"],
    ["words in a string", "const a = \"told\"; const b = `told`; const c = 'told';"],
    ["a word inside a longer one", "const outlook = 1; const heartbeat = 2; const keyspace = 3;"],
    ["a regular expression", "const a = /told/.test(b);"],
  ])("%s are none", (_, text) => expect(bannedIn(planted(text))).toEqual([]));
  test("the same type in two files", () =>
    expect(typeFaults([planted("export type A = 1;"), planted("export interface A {}", "lib/b.ts")])).toHaveLength(1));
  test("a type without a meaning", () => expect(typeFaults([planted("export interface Of {}")])).toHaveLength(1));
  test("code keeps its identifiers when comments and strings are removed", () =>
    expect(identifiersOf(codeOf("a(`x ${b} y`, /c/u, 'd') // e"))).toEqual(expect.arrayContaining(["a", "b"])));
});
