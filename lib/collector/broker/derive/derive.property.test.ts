import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import type { Failure } from "@/lib/base/errors/failure";
import { verbatim } from "@/lib/base/messages/reason";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Derived } from "@/lib/collector/broker/derive/facts";
import { FLOWS, type Poll, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import type { Session } from "@/lib/rabbitmq/sessions/session";

const RUNS = propertyRuns(250, 30);
/** They take seconds; a busy machine must not make a finding of it. */
const WITHIN_MS = 2 * MINUTE;
const REFUSED: Failure = { code: "refused", retry: true, reason: verbatim("the management API could not be reached") };
const NAMES = ["worker", "mailer", null] as const;

/** One life of a connection, in the broker's world. Ports are few, so they are used again and again. */
interface Life {
  readonly connection: Connection;
  heartbeats: number;
}

/** `short`: a node hangs, and the list is without its connections. */
type How = "whole" | "short" | "no-consumers" | "refused" | "no-uptime";

type Act =
  | { readonly do: "open"; readonly port: number; readonly who: number; readonly announced: boolean }
  | { readonly do: "close"; readonly which: number; readonly announced: "not" | "event" | "log" | "both" }
  | { readonly do: "poll"; readonly afterS: number; readonly how: How }
  | { readonly do: "hear"; readonly again: readonly number[] }
  | { readonly do: "stopping" }
  | { readonly do: "restart" }
  | { readonly do: "set-our-clock"; readonly byMinutes: number }
  | { readonly do: "set-their-clock"; readonly byMinutes: number };

const small = fc.nat({ max: 5 });
const minutes = fc.integer({ min: -90, max: 90 });
const how = fc.constantFrom<How>("whole", "whole", "whole", "short", "no-consumers", "refused", "no-uptime");
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("open" as const), port: small, who: small, announced: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("close" as const),
      which: small,
      announced: fc.constantFrom("not", "event", "log", "both" as const),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("poll" as const), afterS: fc.constantFrom(1, 5, 5, 30), how }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("hear" as const), again: fc.array(fc.nat(), { maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("stopping" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set-our-clock" as const), byMinutes: minutes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set-their-clock" as const), byMinutes: minutes }) },
);

describe("any history, reported in any order", () => {
  test(
    "the books balance",
    () => {
      fc.assert(
        fc.property(fc.array(act, { maxLength: 60 }), fc.boolean(), (acts, pushed) => {
          const world = createWorld(pushed);
          for (const one of acts) world.take(one);
          world.quiet();
        }),
        { numRuns: RUNS },
      );
    },
    WITHIN_MS,
  );
});

function createWorld(pushed: boolean) {
  const line = timeline([], pushed ? FLOWS : undefined);
  const books = createBooks(line);
  const lives: Life[] = [];
  const past: { atMs: number; event: BrokerEvent }[] = [];
  let pending: BrokerEvent[] = [];
  let brokerAheadMs = 0;
  let trueMs = line.nowMs();
  let startedMs = trueMs - 60 * MINUTE;
  let created = 100;
  let owedMs = 0;

  const brokerMs = () => trueMs + brokerAheadMs;
  const pass = (ms: number) => {
    trueMs += ms;
    owedMs += ms;
  };
  const passed = () => {
    const ms = owedMs;
    owedMs = 0;
    return ms;
  };
  const announce = (event: BrokerEvent) => {
    if (!pushed) return;
    past.push({ atMs: trueMs, event });
    pending.push(event);
  };
  const drop = (life: Life, announced: "not" | "event" | "log" | "both") => {
    lives.splice(lives.indexOf(life), 1);
    const { name: connection } = life.connection;
    if (announced === "event" || announced === "both")
      announce({ kind: "closed", atMs: brokerMs(), node: "rabbit@a", connection });
    if (announced === "log" || announced === "both")
      announce({
        kind: "close-reason",
        atMs: brokerMs(),
        connection,
        reason: "connection-lost",
        detail: null,
        final: true,
      });
  };
  const deliver = (again: readonly number[]) => {
    // Queues keep what they hold for a minute or so; each of it may come twice, and in any order.
    const late = past.filter(({ atMs }) => trueMs - atMs < MINUTE);
    const twice = again.flatMap((at) => late[at % Math.max(1, late.length)]?.event ?? []);
    const delivered = [...twice, ...pending];
    pending = [];
    return delivered;
  };
  const poll = (seen: Poll, afterS: number) => {
    pass(afterS * SECOND);
    const ms = passed();
    books.enter(line.poll({ ...seen, aheadMs: line.nowMs() + ms - brokerMs() }, ms));
  };
  const listed = () => {
    for (const life of lives) life.heartbeats++;
    return lives.map(grown);
  };

  function take(one: Act): void {
    switch (one.do) {
      case "open": {
        // No port is taken twice within a moment.
        pass(10);
        const life = { connection: connectionOf(one.port, one.who, brokerMs()), heartbeats: 0 };
        // A port is one connection's at a time.
        const same = lives.find((other) => other.connection.name === life.connection.name);
        if (same) drop(same, "not");
        lives.push(life);
        created++;
        if (one.announced) announce({ kind: "opened", atMs: brokerMs(), connection: life.connection, pid: "<0.7.0>" });
        return;
      }
      case "close": {
        const life = lives[one.which];
        if (life) drop(life, one.announced);
        else announce(STRANGER(brokerMs()));
        return;
      }
      case "poll": {
        if (one.how === "refused") {
          poll({ failure: REFUSED }, one.afterS);
          return;
        }
        const consumers = one.how === "no-consumers" ? null : [];
        const uptimeMs = one.how === "no-uptime" ? null : trueMs - startedMs;
        const connections = one.how === "short" ? listed().filter((_, at) => at % 2 === 0) : listed();
        poll({ connections, consumers, created, uptimeMs, events: deliver([]) }, one.afterS);
        return;
      }
      case "hear":
        books.enter(line.pushEvents(deliver(one.again).toReversed(), passed()));
        return;
      case "stopping":
        announce({ kind: "stopping", atMs: brokerMs(), node: null });
        return;
      case "restart":
        for (const life of [...lives]) drop(life, "not");
        startedMs = trueMs;
        created = 0;
        return;
      case "set-our-clock":
        line.stepClock(one.byMinutes * MINUTE);
        books.stepped();
        return;
      case "set-their-clock":
        brokerAheadMs += one.byMinutes * MINUTE;
        return;
      default:
        one satisfies never;
    }
  }

  /** Everybody leaves, and time passes. */
  function quiet(): void {
    pending = [];
    for (let poll = 0; poll < 40; poll++) take({ do: "poll", afterS: 30, how: "whole" });
    for (const life of [...lives]) drop(life, "not");
    for (let poll = 0; poll < 32; poll++) take({ do: "poll", afterS: 30, how: "whole" });
    books.empty();
  }
  return { take, quiet };
}

const STRANGER = (atMs: number): BrokerEvent => ({ kind: "closed", atMs, node: null, connection: "10.9.9.9:1 -> x:2" });

const grown = ({ connection, heartbeats }: Life): Connection => ({
  ...connection,
  recvOct: 8 * heartbeats,
  sendOct: 8 * heartbeats,
});

const connectionOf = (port: number, who: number, connectedAtMs: number): Connection =>
  aConnection(40_000 + port, {
    userProvidedName: NAMES[who % NAMES.length] ?? null,
    ...{ connectedAtMs, recvOct: 0, sendOct: 0 },
  });

/**
 * What was said of each session and client so far, checked after each tick. With `assert`: of a run of 17 s, 14 went into
 * making some 100,000 objects for `expect`.
 */
function createBooks(line: Timeline) {
  const closed = new Map<string, number>();
  const ends = new Map<string, Set<string>>();
  const reconnects = new Map<string, Set<string>>();
  const into = (book: Map<string, Set<string>>, client: string, id: string) =>
    book.set(client, (book.get(client) ?? new Set()).add(id));

  let recent = line.memory().recentlyEnded;

  function enter({ facts, after }: Derived): void {
    for (const session of facts.sessions) {
      assert.equal(session.end === null, session.closedMs === null, "ended iff closed");
      if (session.closedMs === null) {
        if (recent.get(session.id)?.unconfirmed) revive(session);
        assert(!closed.has(session.id), "an ended session never opens again");
      } else {
        assert(session.closedMs >= session.openedMs, "ended after it began");
        const known = closed.get(session.id) ?? session.closedMs;
        assert.equal(session.closedMs, known, "it ended once");
        closed.set(session.id, session.closedMs);
        if (session.client !== null) into(ends, session.client, session.id);
      }
      if (session.reconnect && session.client !== null) into(reconnects, session.client, session.id);
      else reconnects.get(session.client ?? "")?.delete(session.id);
    }
    recent = after.recentlyEnded;
    for (const session of after.open.values()) {
      assert(!closed.has(session.id), "open or ended");
      assert.equal(session.lateSinceMs, null, "everybody beats at each poll");
    }
    clientsBalance(after.clients.values());
    for (const sample of facts.samples)
      for (const value of sample.values) assert(value === null || value >= 0, `a sample of ${value}`);
    for (const { signal, value } of facts.readings) assert(value === null || value >= 0, `${signal} of ${value}`);
  }

  const revive = (session: Session): void => {
    closed.delete(session.id);
    ends.get(session.client ?? "")?.delete(session.id);
  };

  function clientsBalance(clients: Iterable<Derived["facts"]["clients"][number]>): void {
    const open = Map.groupBy(line.memory().open.values(), (session) => session.client);
    for (const client of clients) {
      const came = reconnects.get(client.id)?.size ?? 0;
      assert(client.unreplaced >= 0, "nobody is replaced before being missed");
      assert.equal(client.reconnectsMs.length, came, "each reconnect is one session's");
      assert((ends.get(client.id)?.size ?? 0) >= came, "an end before each reconnect");
      const here = ["connected", "late", "blocked"].includes(client.state);
      assert.equal(here, (open.get(client.id)?.length ?? 0) > 0, "here while it has a session");
    }
  }

  return {
    enter,
    /** A set clock moves what is remembered with it, and so the instant of an end that is explained later. */
    stepped: () => {
      for (const [id, { session }] of line.memory().recentlyEnded) {
        if (session.closedMs !== null) closed.set(id, Number.NaN);
      }
    },
    empty: () => {
      const memory = line.memory();
      assert.deepEqual(
        [memory.open, memory.recentlyEnded, memory.closeReasons].map((one) => one.size),
        [0, 0, 0],
      );
    },
  };
}
