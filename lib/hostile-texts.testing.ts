import { type AST, RegExpParser } from "@eslint-community/regexpp";

/** One of each kind that patterns distinguish. */
const PALETTE = [..."a0A_-. \t\n\"'\\/:;,=<>(){}[]@#%&|$^*+?!~`é", "f", "1", "Z", "s", "\r", "\u0001", "😀"];
/** A quantifier that repeats no more than this cannot cost much. */
const REPEATED_MIN = 10;
const PUMPS_PER_QUANTIFIER = 4;
/** What keeps a pattern from matching after all: it must then try everything else. */
const SUFFIXES = ["", "\u0000", "\n!"];

/** A text of any length for one pattern: its start and end are fixed, the middle is repeated. */
export interface HostileText {
  readonly prefix: string;
  readonly pump: string;
  readonly suffix: string;
}

/** For each repetition of a pattern the texts that lead into it, repeat what it repeats, and then do not match. */
export function hostileTexts({ source, flags }: RegExp): readonly HostileText[] {
  const literal = new RegExpParser({ ecmaVersion: 2025 }).parseLiteral(`/${source}/${flags}`);
  const texts = new Map<string, HostileText>();
  const sample = sampler(flags);
  for (const quantifier of quantifiersOf(literal.pattern)) {
    const prefix = before(quantifier, sample);
    for (const pump of pumpsOf(quantifier.element, sample)) {
      for (const suffix of SUFFIXES) {
        for (const text of [
          { prefix, pump, suffix },
          { prefix: "", pump: `${prefix}${pump}`, suffix },
        ]) {
          texts.set(JSON.stringify(text), text);
        }
      }
    }
  }
  return [...texts.values()];
}

function quantifiersOf(node: AST.Node): AST.Quantifier[] {
  switch (node.type) {
    case "Pattern":
    case "Group":
    case "CapturingGroup":
      return node.alternatives.flatMap(quantifiersOf);
    case "Assertion":
      return "alternatives" in node ? node.alternatives.flatMap(quantifiersOf) : [];
    case "Alternative":
      return node.elements.flatMap(quantifiersOf);
    case "Quantifier":
      return [...(node.max >= REPEATED_MIN ? [node] : []), ...quantifiersOf(node.element)];
    default:
      return [];
  }
}

type Sample = (node: AST.Node) => string;

function sampler(flags: string): Sample {
  const chars = new Map<string, readonly string[]>();
  const sample: Sample = (node) => {
    switch (node.type) {
      case "Character":
        return String.fromCodePoint(node.value);
      case "CharacterSet":
      case "CharacterClass":
        return charsOf(node.raw, flags, chars)[0] ?? "";
      case "Quantifier":
        return sample(node.element).repeat(Math.min(node.min, REPEATED_MIN));
      case "Group":
      case "CapturingGroup":
        return node.alternatives[0] === undefined ? "" : sample(node.alternatives[0]);
      case "Alternative":
        return node.elements.map(sample).join("");
      default:
        return "";
    }
  };
  return sample;
}

function charsOf(raw: string, flags: string, known = new Map<string, readonly string[]>()): readonly string[] {
  const cached = known.get(raw);
  if (cached !== undefined) return cached;
  const one = new RegExp(`^${raw}$`, flags.replace(/[gy]/g, ""));
  const chars = PALETTE.filter((char) => one.test(char));
  known.set(raw, chars);
  return chars;
}

/** The shortest text that leads from the start of the pattern to a node of it. */
function before(node: AST.Node, sample: Sample): string {
  const { parent } = node;
  if (parent === null) return "";
  const within =
    parent.type === "Alternative"
      ? parent.elements.slice(
          0,
          parent.elements.findIndex((element) => Object.is(element, node)),
        )
      : [];
  return before(parent, sample) + within.map(sample).join("");
}

function pumpsOf(element: AST.QuantifiableElement, sample: Sample): readonly string[] {
  if (element.type === "CharacterClass" || element.type === "CharacterSet") {
    return charsOf(element.raw, "").slice(0, PUMPS_PER_QUANTIFIER);
  }
  if (element.type === "Group" || element.type === "CapturingGroup") {
    return element.alternatives.map(sample).filter((text) => text !== "");
  }
  const text = sample(element);
  return text === "" ? [] : [text];
}
