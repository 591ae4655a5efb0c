/**
 * Names recur with each poll, so verdicts are cached: 20 patterns on 1,000 names take 0.6 ms a poll instead of 12 to
 * 60 ms (measured). As many as that for 2,000 queues; with texts of the longest length some 20 MB.
 */
const VERDICTS_MAX = 40_000;
/** Longer texts are not names that recur. */
const TEXT_LENGTH_MAX = 256;

const filled = new Set<Map<string, boolean>>();
let count = 0;

/** The same verdicts, cached; the bound is one for all patterns together. */
export function cacheVerdicts(judge: (text: string) => boolean): (text: string) => boolean {
  const verdicts = new Map<string, boolean>();
  return (text) => {
    if (text.length > TEXT_LENGTH_MAX) return judge(text);
    const known = verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = judge(text);
    if (count >= VERDICTS_MAX) forgetAll();
    count += 1;
    filled.add(verdicts.set(text, verdict));
    return verdict;
  };
}

function forgetAll(): void {
  for (const verdicts of filled) verdicts.clear();
  filled.clear();
  count = 0;
}
