import { type Document, isNode, isScalar, LineCounter, parseDocument, stringify, visit } from "yaml";
import type { ConfigPath, LintFinding, LintText } from "@/lib/sources/roadrunner/lint/finding";

/** Twice the length of RoadRunner's own reference file, 65,635 characters. */
export const TEXT_LENGTH_MAX = 128 * 1024;
/** A template is used once for each pipeline; with more aliases, a small file could expand to a huge one. */
const ALIASES_MAX = 100;
/** The first errors cause the others. */
const ERRORS_MAX = 20;
/** A parser's message may quote the invalid text. */
const QUOTE_MAX = 160;

/** A configuration with the line of every value. */
export interface ConfigText {
  /** With aliases and merge keys resolved. */
  readonly root: Readonly<Record<string, unknown>>;
  /** Line and column, from 1, of the key (or list item) at a path, or of its nearest parent in the text. */
  place(path: ConfigPath): { readonly line: number; readonly column: number };
}

export type ReadConfig =
  | { readonly ok: true; readonly config: ConfigText }
  | { readonly ok: false; readonly findings: readonly LintFinding[] };

/** Parses the text of a .rr.yaml. Errors are returned as findings; nothing is thrown. */
export function readConfigText(text: string): ReadConfig {
  if (text.length > TEXT_LENGTH_MAX) return unreadable("tooLong", { max: TEXT_LENGTH_MAX });
  try {
    return parse(text);
  } catch (error) {
    return isTooDeep(error) ? unreadable("tooDeep", {}) : unreadable("aliases", { max: ALIASES_MAX });
  }
}

function parse(text: string): ReadConfig {
  const lines = new LineCounter();
  // RoadRunner reads YAML with merge keys (viper, yaml.v3).
  // `uniqueKeys` would compare each key of a map with all others: 1.3 s for 8,000 keys (measured).
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, merge: true, uniqueKeys: false });
  if (document.errors.some(isTooDeep)) return unreadable("tooDeep", {});
  const where = (offset: number) => lines.linePos(offset);
  const faults = document.errors.slice(0, ERRORS_MAX).map(({ message, pos }) => {
    const { line, col } = where(pos[0]);
    return fault("syntax", { message: message.slice(0, QUOTE_MAX) }, line, col);
  });
  if (faults.length > 0) return { ok: false, findings: faults };
  const duplicates = duplicateKeys(document).slice(0, ERRORS_MAX);
  if (duplicates.length > 0) {
    const findings = duplicates.map(({ name, offset }) => {
      const { line, col } = where(offset);
      return fault("twice", { name: name.slice(0, QUOTE_MAX) }, line, col);
    });
    return { ok: false, findings };
  }
  const root: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
  if (!isMap(root)) return unreadable("notMap", {});
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

/** Stack overflows are either thrown or an error of the document. */
const isTooDeep = (error: unknown): boolean => error instanceof Error && /call stack/.test(error.message);

/** Duplicate keys of one map, which RoadRunner rejects. */
function duplicateKeys(document: Document.Parsed): { readonly name: string; readonly offset: number }[] {
  const found: { name: string; offset: number }[] = [];
  visit(document, {
    Map(_, map) {
      const names = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (names.has(name) && name !== "<<") found.push({ name, offset: key.range?.[0] ?? 0 });
        names.add(name);
      }
    },
  });
  return found;
}

/** The position of the key of a pair, or of a list item; null if it comes from an alias or is missing. */
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

const unreadable = (key: LintText, values: LintFinding["text"]["values"]): ReadConfig => ({
  ok: false,
  findings: [fault(key, values, 1, 1)],
});

/** `value` at `path` as YAML, from the top of the file, so that it can replace the same part of the file. */
export function fragment(path: ConfigPath, value: unknown): string {
  return stringify(
    path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value),
    { lineWidth: 0 },
  );
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** RoadRunner replaces `${NAME}` and `$NAME` when it starts; such a value cannot be checked in the file. */
export const isFromEnvironment = (value: unknown): boolean => typeof value === "string" && /\$[{A-Za-z_]/.test(value);
