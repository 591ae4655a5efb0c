import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { resolutionOf } from "@/lib/alerts/model/resolution";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { FLOWS, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection, Queue } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import type { Learning } from "@/lib/rabbitmq/clients/activity";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";

/** With `amqpUrl` the broker reports each opening and each end with its reason; without, only the polls show them. */
export const MODES = ["events", "polled"] as const;
export type Mode = (typeof MODES)[number];

/** An application under the test's control. A frozen one sends no byte, and stays connected until the test ends it. */
export interface Application {
  connection: Connection;
  consumes: readonly string[];
  isFrozen: boolean;
}

const POLL_SECONDS = 5;
/** Nothing happens in a longer wait: rare polls take less of the test's time. */
const RARELY_MS = 4 * MINUTE;
const LONG_MS = 20 * MINUTE;

/** Applications that come and go second by second, polled every 5 s, under the shipped rules. */
export function lifetimes(mode: Mode, giveUpMs: number | null = null, learning: Partial<Learning> = {}) {
  const line: Timeline = timeline([], mode === "events" ? FLOWS : undefined, undefined, { giveUpMs, learning });
  let alerts: AlertMemory = new Map();
  let open: readonly Application[] = [];
  let queues: readonly Queue[] = [];
  let pending: BrokerEvent[] = [];
  let port = 1_000;
  let owedMs = 0;
  const log: string[] = [];
  const summaries: string[] = [];
  const startMs = line.nowMs();
  const nowMs = () => line.nowMs() + owedMs;
  const elapse = (): number => {
    const ms = owedMs;
    owedMs = 0;
    return ms;
  };
  const evaluate = ({ facts }: ReturnType<Timeline["poll"]>) => {
    const { readings, ended } = facts;
    const evaluated = evaluateAlerts(alerts, { rules: BUILT_IN_RULES, readings, ended, nowMs: line.nowMs() });
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) {
      log.push(`${alert.rule} ${type === "alert.firing" ? alert.severity : resolutionOf(alert)}`);
      summaries.push(alert.summary);
    }
  };
  const events = () => {
    const arrived = mode === "events" ? pending : [];
    pending = [];
    return arrived;
  };
  const poll = () => {
    for (const one of open) {
      const { recvOct, sendOct } = one.connection;
      one.connection = {
        ...one.connection,
        recvOct: (recvOct ?? 0) + (one.isFrozen ? 0 : 8),
        sendOct: (sendOct ?? 0) + 8,
      };
    }
    const consumers = open.flatMap(({ connection, consumes }) =>
      consumes.map((queue, at) => ({ connection: connection.name, queue, tag: String(at) })),
    );
    const connections = open.map(({ connection }) => connection);
    evaluate(line.poll({ connections, consumers, queues, events: events() }, elapse()));
  };
  /** The broker's log reports why it ended. */
  const explain = ({ connection: { name } }: Application, reason: EndReason) =>
    void pending.push({ kind: "close-reason", atMs: nowMs(), connection: name, reason, detail: null, final: true });
  const endUnexplained = (one: Application) => {
    open = open.filter((other) => other !== one);
    pending.push({ kind: "closed", atMs: nowMs(), node: "rabbit@a", connection: one.connection.name });
  };
  poll();
  return {
    log,
    summaries,
    nowMs,
    open: () => [...alerts.values()].map(({ alert }) => alert),
    clients: () => [...line.memory().clients.values()],
    states: () => [...line.memory().clients.values()].map(({ name, state }) => `${name} ${state}`),
    setQueues: (next: readonly Queue[]) => {
      queues = next;
    },
    /** Lastbeat starts again from what is stored. */
    restart: () => line.restart(),
    start: (name: string, facts: Partial<Connection> = {}, consumes: readonly string[] = []): Application => {
      const atMs = nowMs();
      const connection = aConnection(++port, {
        ...{ userProvidedName: name, connectedAtMs: atMs, timeoutSeconds: 60 },
        ...facts,
      });
      const one = { connection, consumes, isFrozen: false };
      open = [...open, one];
      const announced = { ...connection, state: null, recvOct: null, sendOct: null };
      pending.push({ kind: "opened", atMs, connection: announced, pid: `<0.${port}.0>` });
      return one;
    },
    end: (one: Application, reason: EndReason) => {
      explain(one, reason);
      endUnexplained(one);
    },
    endUnexplained,
    explain,
    wait: (ms: number) => {
      if (ms >= LONG_MS) {
        for (const untilMs = nowMs() + ms; nowMs() < untilMs; ) {
          owedMs += Math.min(RARELY_MS, untilMs - nowMs());
          poll();
        }
        return;
      }
      for (const untilMs = nowMs() + ms; nowMs() < untilMs; ) {
        owedMs += Math.min(SECOND - ((nowMs() - startMs) % SECOND), untilMs - nowMs());
        const elapsedMs = nowMs() - startMs;
        if (elapsedMs % (POLL_SECONDS * SECOND) === 0) poll();
        else if (mode === "events" && elapsedMs % SECOND === 0 && pending.length > 0) {
          evaluate(line.pushEvents(events(), elapse()));
        }
      }
    },
  };
}

/** One run of a program: a connection that opens and ends. */
export interface Program {
  readonly livesMs: number;
  readonly awayMs: number;
  readonly reason?: EndReason;
  readonly consumes?: readonly string[];
}

/** Runs one program again and again. */
export function repeat(world: ReturnType<typeof lifetimes>, name: string, runs: number, program: Program): void {
  for (let run = 0; run < runs; run++) {
    const one = world.start(name, {}, program.consumes);
    world.wait(program.livesMs);
    world.end(one, program.reason ?? "client-closed");
    world.wait(program.awayMs);
  }
}

const CONSUMES = ["orders"];

/** Replicas of one name that each consume, for long enough that their number is learned. */
export function replicas(mode: Mode, count: number, learning: Partial<Learning> = {}) {
  const world = lifetimes(mode, null, learning);
  const start = (consumes: readonly string[] = CONSUMES) => world.start("orders", {}, consumes);
  const setReady = (ready: number, consumers = count) => world.setQueues([aQueue("orders", { ready, consumers })]);
  setReady(0);
  const all: Application[] = Array.from({ length: count }, () => start());
  world.wait(2 * HOUR);
  return { world, all, start, setReady };
}
