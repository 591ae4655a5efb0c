import { fileURLToPath } from "node:url";
import { type Running, start } from "../processes.ts";
import { pythonWithAmqp } from "../programs.ts";
import { until } from "../until.ts";

const READY_WITHIN_MS = 60_000;
/** The line that a program prints once it is working. */
const READY = "ready";

/**
 * Starts one of the programs in this directory as a process, with its options as JSON in its only argument, and waits
 * until it reports that it is ready. It exits when its stdin closes, hence with this process.
 */
export async function startProgram(script: string, options: object, waits = READY): Promise<Running> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const lines: string[] = [];
  const running = await start(programFor(script), [path, JSON.stringify(options)], {
    onLine: (line) => void lines.push(line),
  });
  await until(`${script} to be ready`, READY_WITHIN_MS, () => {
    if (running.exit() !== null) throw new Error(`it ended: ${running.lastWords()}`);
    return lines.includes(waits);
  });
  return running;
}

function programFor(script: string): string {
  if (!script.endsWith(".py")) return process.execPath;
  const python = pythonWithAmqp();
  if (python === null) throw new Error("no Python here has pika and aio-pika");
  return python;
}
