import type { Pattern } from "@/lib/base/patterns/pattern";
import type { FoldingRule, FoldingRuleId } from "@/lib/rabbitmq/clients/folding-rules";
import { stripped as strippedBy } from "@/lib/rabbitmq/clients/strip-pattern";

/** A part of a name that changes at each start, and which rule says so. */
export interface FoldedPart {
  readonly of: "name" | "user" | "queue";
  /** `strip`: a pattern of the configuration. */
  readonly rule: FoldingRuleId | "strip";
  /** As it was in the latest connection. */
  readonly text: string;
}

/** What the configuration removes beside the shipped rules. */
export interface StripPatterns {
  readonly names: readonly Pattern[];
  readonly users: readonly Pattern[];
  readonly queues: readonly Pattern[];
}

export const NO_PATTERNS: StripPatterns = { names: [], users: [], queues: [] };

export interface FoldedName {
  /** null: the name says nothing about the application, as if there were none. */
  readonly name: string | null;
  readonly needsHost: boolean;
  readonly parts: readonly FoldedPart[];
}

/** A part is shown; a name of any length is accepted. */
const TEXT_MAX = 80;

/** A connection name without the parts that change; one that would be empty is unchanged. */
export function foldName(name: string, rules: readonly FoldingRule[], strip: readonly Pattern[] = []): FoldedName {
  const stripped = without(name.trim(), strip, "name");
  const unnamed = rules.find(({ noName }) => noName?.test(stripped.rest));
  if (unnamed) {
    return { name: null, needsHost: false, parts: [...stripped.parts, partOf("name", unnamed.id, stripped.rest)] };
  }
  const folded = foldParts(stripped.rest, rules, "name");
  return { name: folded.rest, needsHost: folded.needsHost, parts: [...stripped.parts, ...folded.parts] };
}

export interface FoldedUser {
  readonly user: string;
  readonly parts: readonly FoldedPart[];
}

/** A user without the parts that a lease gives it. */
export function foldUser(user: string, rules: readonly FoldingRule[], strip: readonly Pattern[] = []): FoldedUser {
  const parts: FoldedPart[] = [];
  const stripped = without(user, strip, "user");
  let { rest } = stripped;
  for (const { id, userPart } of rules) rest = removed(rest, userPart, (text) => parts.push(partOf("user", id, text)));
  return { user: rest, parts: [...stripped.parts, ...parts] };
}

export interface FoldedQueues {
  /** The queues that identify an unnamed client, without parts that change, sorted. */
  readonly queues: readonly string[];
  readonly parts: readonly FoldedPart[];
}

export function foldQueues(
  queues: readonly string[],
  rules: readonly FoldingRule[],
  strip: readonly Pattern[] = [],
): FoldedQueues {
  const identifying = new Set<string>();
  const parts: FoldedPart[] = [];
  for (const queue of queues) {
    const transient = rules.find(({ transientQueue }) => transientQueue?.test(queue));
    if (transient) {
      parts.push(partOf("queue", transient.id, queue));
      continue;
    }
    const stripped = without(queue, strip, "queue");
    const folded = foldParts(stripped.rest, rules, "queue");
    identifying.add(folded.rest);
    parts.push(...stripped.parts, ...folded.parts);
  }
  return { queues: [...identifying].sort(), parts };
}

function without(name: string, patterns: readonly Pattern[], of: FoldedPart["of"]) {
  const parts: FoldedPart[] = [];
  let rest = name;
  for (const pattern of patterns) {
    const found = strippedBy(rest, pattern);
    if (found === null || found.rest.trim() === "") continue;
    rest = found.rest.trim();
    parts.push(partOf(of, "strip", found.removed));
  }
  return { rest, parts };
}

function foldParts(name: string, rules: readonly FoldingRule[], of: FoldedPart["of"]) {
  const parts: FoldedPart[] = [];
  let rest = name;
  let needsHost = false;
  for (const { id, part, partOfHost } of rules) {
    rest = removed(rest, partOfHost, (text) => {
      needsHost = true;
      parts.push(partOf(of, id, text));
    });
    rest = removed(rest, part, (text) => parts.push(partOf(of, id, text)));
  }
  return { rest, needsHost, parts };
}

/**
 * Without what the pattern matches. A pattern that would remove the whole name removes nothing: all clients would become
 * one.
 */
function removed(name: string, pattern: RegExp | undefined, found: (text: string) => void): string {
  const match = pattern?.exec(name)?.[0];
  if (pattern === undefined || match === undefined || match === "") return name;
  const rest = name.replace(pattern, "").trim();
  if (rest === "") return name;
  found(match);
  return rest;
}

/** Does not cut a surrogate pair in two. */
const partOf = (of: FoldedPart["of"], rule: FoldedPart["rule"], text: string): FoldedPart => ({
  of,
  rule,
  text: text.slice(0, TEXT_MAX).replace(/[\uD800-\uDBFF]$/, ""),
});
