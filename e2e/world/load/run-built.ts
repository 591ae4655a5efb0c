import { isBuilt } from "../lastbeat.ts";

/** Runs a benchmark on the build, then exits the process, which ends every process that it started. */
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
