import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

export interface FoundPattern {
  readonly file: string;
  readonly pattern: RegExp;
}

/** A string, a template or a comment, in which a slash begins no pattern; or a pattern in a place where the grammar allows a value. */
const TOKEN =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/.*|\/\*[\s\S]*?\*\/|(?<=[=(,:[!&|?;{}>]\s*|return |^\s*)\/(?<source>(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/(?<flags>[dgimsuvy]*)/gm;

/** Every regular expression of the product, literal or made, by its file. */
export async function regularExpressions(): Promise<readonly FoundPattern[]> {
  const files = globSync("{lib,components,app}/**/*.{ts,tsx}", { cwd: ROOT }).filter(
    (file) => !/\.(test|testing|bench)\.tsx?$/.test(file),
  );
  const found: FoundPattern[] = [];
  for (const file of files) {
    const text = readFileSync(join(ROOT, file), "utf8");
    for (const { groups } of text.matchAll(TOKEN)) {
      if (groups?.source !== undefined) found.push({ file, pattern: new RegExp(groups.source, groups.flags) });
    }
    if (/\bnew RegExp\(/.test(text)) found.push(...(await madeBy(file)));
  }
  return found;
}

/** What a module makes when it is loaded. */
async function madeBy(file: string): Promise<FoundPattern[]> {
  const { RegExp: native } = globalThis;
  const made: FoundPattern[] = [];
  globalThis.RegExp = new Proxy(native, {
    construct(target, args) {
      const pattern: RegExp = Reflect.construct(target, args);
      made.push({ file, pattern });
      return pattern;
    },
  });
  try {
    // As a module of its own: other tests may have loaded it already.
    await import(`${join(ROOT, file)}?made`);
  } finally {
    globalThis.RegExp = native;
  }
  return made;
}
