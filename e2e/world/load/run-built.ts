import { isBuilt } from "../lastbeat.ts";

/** Runs a bench on the build and ends the process by exit, which takes every process of its world along. */
export async function runBuilt(main: () => Promise<void>): Promise<never> {
  if (!isBuilt()) throw new Error("run `npm run build` first: what is measured is what is shipped");
  const code = await main().then(
    () => 0,
    (cause: unknown) => {
      process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
      return 1;
    },
  );
  process.exit(code);
}
