import { type Document, isNode, isScalar, LineCounter, parseDocument, stringify, visit } from "yaml";
import type { ConfigPath, LintFinding, LintText } from "@/lib/sources/roadrunner/lint/finding";

/** The longest .rr.yaml seen in RoadRunner's own tests is 4 kB; with JSON's escapes this still fits a request body. */
export const TEXT_LENGTH_MAX = 48 * 1024;
/** A template is used once a pipeline; beyond this a small file would unfold into a large one. */
const ALIASES_MAX = 100;
/** The first errors cause the others. */
const ERRORS_MAX = 20;
/** A parser's message may quote what it stumbled over. */
const SAID_MAX = 160;

/** A configuration whose every value knows its line. */
export interface ConfigText {
  /** Aliases and merge keys resolved. */
  readonly root: Readonly<Record<string, unknown>>;
  /** Line and column, from 1, of the key (or list item) at a path, or of the nearest part above it that is written. */
  place(path: ConfigPath): { readonly line: number; readonly column: number };
}

export type ReadConfig =
  | { readonly ok: true; readonly config: ConfigText }
  | { readonly ok: false; readonly findings: readonly LintFinding[] };

/** Reads the text of a .rr.yaml. What cannot be read is told as findings; nothing is thrown. */
export function readConfigText(text: string): ReadConfig {
  if (text.length > TEXT_LENGTH_MAX) return unread("tooLong", { max: TEXT_LENGTH_MAX });
  try {
    return parse(text);
  } catch (error) {
    return isTooDeep(error) ? unread("tooDeep", {}) : unread("aliases", { max: ALIASES_MAX });
  }
}

function parse(text: string): ReadConfig {
  const lines = new LineCounter();
  // RoadRunner reads YAML with merge keys (viper, yaml.v3).
  // The library compares each key of a map with each other: measured 1.3 s for 8,000 of them.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, merge: true, uniqueKeys: false });
  if (document.errors.some(isTooDeep)) return unread("tooDeep", {});
  const where = (offset: number) => lines.linePos(offset);
  const faults = document.errors.slice(0, ERRORS_MAX).map(({ message, pos }) => {
    const { line, col } = where(pos[0]);
    return fault("syntax", { said: message.slice(0, SAID_MAX) }, line, col);
  });
  if (faults.length > 0) return { ok: false, findings: faults };
  const twice = keysTwice(document).slice(0, ERRORS_MAX);
  if (twice.length > 0) {
    const findings = twice.map(({ name, offset }) => {
      const { line, col } = where(offset);
      return fault("twice", { name: name.slice(0, SAID_MAX) }, line, col);
    });
    return { ok: false, findings };
  }
  const root: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
  if (!isMap(root)) return unread("notMap", {});
  const place = (path: ConfigPath) => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsetOf(document.contents, path.slice(0, length));
      if (offset === null) continue;
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    }
    return { line: 1, column: 1 };
  };
  return { ok: true, config: { root, place } };
}

/** Stack overflows reach us both thrown and as an error of the document. */
const isTooDeep = (error: unknown): boolean => error instanceof Error && /call stack/.test(error.message);

/** Keys that stand twice in one map, which RoadRunner refuses to read. */
function keysTwice(document: Document.Parsed): { readonly name: string; readonly offset: number }[] {
  const found: { name: string; offset: number }[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name) && name !== "<<") found.push({ name, offset: key.range?.[0] ?? 0 });
        seen.add(name);
      }
    },
  });
  return found;
}

/** Where the key of a pair, or an item of a list, is written; null where it stands behind an alias or not at all. */
function offsetOf(contents: unknown, path: ConfigPath): number | null {
  let node = contents;
  let offset: number | null = null;
  for (const part of path) {
    const found = child(node, part);
    if (found === null) return null;
    offset = isNode(found.key) ? (found.key.range?.[0] ?? null) : null;
    node = found.value;
  }
  return offset;
}

function child(node: unknown, part: string | number): { readonly key: unknown; readonly value: unknown } | null {
  if (typeof node !== "object" || node === null || !("items" in node) || !Array.isArray(node.items)) return null;
  const items: readonly unknown[] = node.items;
  if (typeof part === "number") {
    const item = items[part];
    return item === undefined ? null : { key: item, value: item };
  }
  for (const item of items) {
    if (typeof item !== "object" || item === null || !("key" in item) || !("value" in item)) continue;
    const { key, value } = item;
    if (typeof key === "object" && key !== null && "value" in key && String(key.value) === part) return { key, value };
  }
  return null;
}

const fault = (key: LintText, values: LintFinding["text"]["values"], line: number, column: number): LintFinding => ({
  id: "YAML",
  severity: "error",
  line,
  column,
  path: "",
  text: { key, values },
  fix: null,
});

const unread = (key: LintText, values: LintFinding["text"]["values"]): ReadConfig => ({
  ok: false,
  findings: [fault(key, values, 1, 1)],
});

/** `value` at `path` as YAML, from the top of the file, so that it can be laid over what stands there. */
export function fragment(path: ConfigPath, value: unknown): string {
  return stringify(
    path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value),
    { lineWidth: 0 },
  );
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** RoadRunner fills in `${NAME}` at its start; what stands there cannot be judged from the file. */
export const isFromEnvironment = (value: unknown): boolean => typeof value === "string" && value.includes("${");
