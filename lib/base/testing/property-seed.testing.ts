// Setup file of the projects "pure" and "db": property tests draw the same cases in each run, so that a change is never
// rejected for a fault that was there before. `npm run test:random` draws new ones; its report names the seed of a failure.
import fc from "fast-check";

const SEED = 20_261_130;

fc.configureGlobal({ seed: Number(process.env.LASTBEAT_TEST_SEED ?? SEED) });
