/** The words of a name: `lookEveryMs`, `LOOK_EVERY_MS` and `look-every-ms` are look, every, ms. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());

/** The identifiers of code as `codeOf` returns it. */
export const identifiersOf = (code: string): readonly string[] => code.match(/[A-Za-z_$][\w$]*/g) ?? [];

/** The names of the interfaces, type aliases and classes that code as `codeOf` returns it exports. */
export const exportedTypesOf = (code: string): readonly string[] =>
  [...code.matchAll(/^export (?:abstract )?(?:interface|type|class) (\w+)/gm)].map(([, name]) => name ?? "");

/** An expression in a template: with braces or templates nested once, which is as deep as ours go. */
const EXPRESSION = "\\$\\{(?:[^{}`]|`[^`]*`|\\{[^{}]*\\})*\\}";
const NOT_CODE = new RegExp(
  [
    "//[^\\n]*|/\\*[\\s\\S]*?\\*/",
    '"(?:\\\\.|[^"\\\\\\n])*"',
    "'(?:\\\\.|[^'\\\\\\n])*'",
    `\`(?:\\\\[\\s\\S]|${EXPRESSION}|[^\`\\\\])*\``,
    // After anything else a slash divides.
    "(?<=[=(,:[!&|?{};>\\n]\\s*)/(?![*/])(?:\\\\.|\\[(?:\\\\.|[^\\]\\\\\\n])*\\]|[^/\\\\\\n[])+/[a-z]*",
  ].join("|"),
  "g",
);

/** Source text without its comments, strings and regular expressions. The expressions inside templates stay. */
export const codeOf = (text: string): string =>
  text.replace(NOT_CODE, (part) =>
    part.startsWith("`")
      ? (part.match(new RegExp(EXPRESSION, "g")) ?? []).map((one) => ` ${codeOf(one)} `).join("")
      : "",
  );
