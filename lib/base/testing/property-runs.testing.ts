/** `npm run check` has to stay quick, so it tries few random cases; `npm test` tries all of them. */
const RUNS_IN_CHECK = 50;

/** How many random cases a property test tries: `full` in `npm test` (LASTBEAT_TEST_FULL=1), fewer elsewhere. */
export const propertyRuns = (full: number, inCheck = RUNS_IN_CHECK): number =>
  process.env.LASTBEAT_TEST_FULL === "1" ? full : Math.min(full, inCheck);
