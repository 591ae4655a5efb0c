import { fileURLToPath } from "node:url";
import { type Running, start } from "../processes.ts";
import { pythonWithAmqp } from "../programs.ts";
import { until } from "../until.ts";

const READY_WITHIN_MS = 60_000;
/** What a program prints, alone on a line, once it does its work. */
const READY = "ready";

/**
 * Starts one of the programs beside this file, in a process of its own, with its options as JSON in its only argument,
 * and waits until it says that it is ready. It ends with its stdin, hence with this process.
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
