import { type CompiledPattern, compilePattern, type Pattern } from "@/lib/base/patterns/pattern";

/** A pattern of a test, which is valid. */
export function aPattern(
  source: string,
  compile = (text: string): CompiledPattern => compilePattern(text, "part"),
): Pattern {
  const compiled = compile(source);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.pattern;
}
