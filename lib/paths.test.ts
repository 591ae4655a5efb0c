import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const PATH = /(?<![\w/.@-])(?:app|components|lib|e2e|public)\/[\w./[\]-]*(?:\([\w-]+\)[\w./[\]-]*)*[\w/\]]/g;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$/gm;
const ENDINGS = ["", ".ts", ".tsx", ".mjs"];

interface Text {
  readonly path: string;
  readonly text: string;
}

const read = (pattern: string): Text[] =>
  globSync(pattern, { cwd: ROOT }).map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

const commentsOf = ({ path, text }: Text): Text => ({ path, text: (text.match(COMMENTS) ?? []).join("\n") });

/** Paths in the repositories of others, which comments cite. */
const FOREIGN = ["lib/oban/"];

const exists = (named: string): boolean =>
  FOREIGN.some((prefix) => named.startsWith(prefix)) ||
  ENDINGS.some((ending) => existsSync(join(ROOT, `${named}${ending}`)));

const missingIn = (texts: readonly Text[]): string[] =>
  texts.flatMap(({ path, text }) =>
    (text.match(PATH) ?? []).filter((named) => !exists(named)).map((named) => `${path} names ${named}`),
  );

const markdown = read("*.md");
const comments = read("{lib,components,app,e2e}/**/*.{ts,tsx,mjs}").map(commentsOf);

test("every path that a Markdown file names exists", () => {
  expect(markdown.length).toBeGreaterThanOrEqual(4);
  expect(markdown.flatMap(({ text }) => text.match(PATH) ?? []).length).toBeGreaterThan(20);
  expect(missingIn(markdown)).toEqual([]);
});

test("every path that a comment names exists", () => {
  expect(comments.flatMap(({ text }) => text.match(PATH) ?? []).length).toBeGreaterThan(0);
  expect(missingIn(comments)).toEqual([]);
});

test("a path that does not exist is found in both", () => {
  const planted = { path: "x", text: "// see lib/alerts/nowhere.ts\n" };
  expect(missingIn([planted, commentsOf(planted)])).toHaveLength(2);
});
