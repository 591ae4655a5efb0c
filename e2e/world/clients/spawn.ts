import { fileURLToPath } from "node:url";
import type { z } from "zod";
import { type Exit, start } from "../processes.ts";
import { pythonWithAmqp } from "../programs.ts";
import { until } from "../until.ts";
import { ClientEvent, type ClientOptions } from "./options.ts";

/** Only the most recent events are kept: tests check recent behaviour. */
const EVENTS_MAX = 1_000;
/** On a busy machine, programs that start in parallel have taken a minute. */
const WAIT_MS = 180_000;

export interface Client {
  readonly pid: number;
  /** The most recent events, oldest first. */
  events(): readonly ClientEvent[];
  /** SIGSTOP: the process stops running, its socket stays open. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** SIGKILL: the kernel closes its socket. */
  kill(): Promise<Exit>;
  /** Closes the connection through the AMQP library, then exits. */
  close(): Promise<Exit>;
  /** SIGTERM, preceded by SIGCONT in case the process is frozen. */
  stop(): Promise<Exit>;
  /** Waits for the `nth` event of this kind since the start (1 = the first) and returns it. */
  waitFor(event: ClientEvent["event"], nth?: number, withinMs?: number): Promise<ClientEvent>;
}

/** Starts a real AMQP client in its own process. The client never outlives this process. */
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
      return until(`client ${options.name ?? running.pid} to report ${kind}`, withinMs, () => {
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
