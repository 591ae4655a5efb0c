import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { type Exit, start } from "../processes.ts";
import { pythonWithAmqp } from "../programs.ts";
import { until } from "../until.ts";
import { ClientEvent, type ClientOptions } from "./options.ts";

/** A chatty client is cut off here: tests look at what happened lately. */
const EVENTS_MAX = 1_000;
/** Programs that start side by side on a busy machine take a minute (seen). */
const WAIT_MS = 180_000;

export interface Client {
  readonly pid: number;
  /** The last events, oldest first. */
  events(): readonly ClientEvent[];
  /** SIGSTOP: the process hangs, its socket stays open. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** SIGKILL: the kernel closes its socket. */
  kill(): Promise<Exit>;
  /** Says goodbye to the broker as its library does, and ends. */
  close(): Promise<Exit>;
  /** SIGTERM, and SIGCONT in case it is frozen. */
  stop(): Promise<Exit>;
  /** Waits for the `nth` event of this kind since the start (1 = the first) and returns it. */
  waitFor(event: ClientEvent["event"], nth?: number, withinMs?: number): Promise<ClientEvent>;
}

/** Starts a real AMQP client in a process of its own. It never outlives this process. */
export async function spawnClient(options: z.input<typeof ClientOptions>): Promise<Client> {
  const events: ClientEvent[] = [];
  const [program, script] = programOf(options.library);
  const running = await start(program, [fileURLToPath(new URL(script, import.meta.url)), JSON.stringify(options)], {
    onLine: (line) => {
      const event = ClientEvent.safeParse(parseJson(line));
      if (!event.success) return;
      events.push(event.data);
      if (events.length > EVENTS_MAX) events.shift();
    },
  });
  return {
    pid: running.pid,
    events: () => events,
    freeze: () => running.signal("SIGSTOP"),
    thaw: () => running.signal("SIGCONT"),
    kill: () => running.kill(),
    async close() {
      running.signal("SIGUSR2");
      return running.exited;
    },
    stop() {
      running.signal("SIGCONT");
      return running.stop();
    },
    waitFor(kind, nth = 1, withinMs = WAIT_MS) {
      return until(`client ${options.name ?? running.pid} to say ${kind}`, withinMs, () => {
        if (running.exit() !== null && kind !== "closed") throw new Error(`it ended: ${running.lastWords()}`);
        return events.filter((event) => event.event === kind)[nth - 1] ?? null;
      });
    },
  };
}

function programOf(library: ClientOptions["library"]): readonly [program: string, script: string] {
  if (library === "amqplib" || library === "rabbitmq-client") return [process.execPath, "./amqp-client.ts"];
  const python = pythonWithAmqp();
  if (python === null) throw new Error("no Python here has pika and aio-pika");
  return [python, "./python-client.py"];
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
