/** An escape, a class, a counted repetition, or one character. Each alternative begins differently, so nothing is read twice. */
const TOKEN = /\\[pPx]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*(?:\]|$)|\{\d+(?:,\d*)?\}|./gsu;

/**
 * Whether a pattern compiles to more than `max` instructions, estimated from its text: compiling is the expensive part, and
 * `(?:…){1000}` multiplies the instructions of the group before it.
 */
export function hasMoreInstructionsThan(source: string, max: number): boolean {
  const openedAt: number[] = [];
  let total = 0;
  let atom = 0;
  for (const [token] of source.matchAll(TOKEN)) {
    const times = repetitionOf(token);
    if (token === "(") openedAt.push(total);
    if (times !== null) {
      total += atom * (times - 1);
      atom *= times;
    } else if (token === ")") {
      atom = total - (openedAt.pop() ?? 0);
    } else {
      atom = /^[*+?]$/.test(token) ? atom + 1 : 1;
      total += 1;
    }
    if (total > max) return true;
  }
  return false;
}

function repetitionOf(token: string): number | null {
  const [, least, most] = /^\{(\d+)(?:,(\d*))?\}$/.exec(token) ?? [];
  if (least === undefined) return null;
  return Math.max(1, Number(most === undefined || most === "" ? least : most));
}
