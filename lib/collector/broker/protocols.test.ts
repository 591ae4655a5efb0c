import { describe, expect, test } from "vitest";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { answersOf, VERSIONS } from "@/lib/rabbitmq/api/built-answers.testing";
import { parseConnections } from "@/lib/rabbitmq/api/parse";

const POLLS = 40;

/** Nobody is heard for 200 s, while the broker goes on sending: at T = 10 s every client of AMQP 0-9-1 is late. */
function silent(connections: readonly Connection[]) {
  const line = timeline();
  // They have been connected for longer than anybody knows.
  const at = (sendOct: number) => connections.map((one) => ({ ...one, connectedAtMs: null, sendOct }));
  for (let poll = 0; poll < POLLS; poll++) line.poll({ connections: at(poll) });
  const { facts } = line.poll({ connections: at(POLLS) });
  return { facts, clients: [...line.memory().clients.values()], open: [...line.memory().open.values()] };
}

const connectionsOf = (answer: unknown): readonly Connection[] => {
  const parsed = parseConnections(answer);
  if (!parsed.ok) throw new Error("refused");
  return parsed.value.rows;
};
const isOurs = (one: Connection) => one.protocol === "AMQP 0-9-1";

describe.each(VERSIONS)("%s", (version) => {
  const connections = connectionsOf(answersOf(version).connections);
  const others = connections.filter((one) => !isOurs(one));

  test("every connection has a session, whatever its protocol", () => {
    expect(
      silent(connections)
        .open.map((one) => one.connection)
        .toSorted(),
    ).toEqual(connections.map((one) => one.name).toSorted());
  });

  test("a silent AMQP 0-9-1 connection is late", () => {
    const { clients } = silent(connections.filter(isOurs));
    expect(clients.map((one) => one.state)).toEqual(Array(4).fill("late"));
  });

  test("other protocols are never late and have no silence", () => {
    const { facts, clients, open } = silent(others);
    expect(open.map((one) => [one.timeoutSeconds, one.lateSinceMs])).toEqual(others.map(() => [null, null]));
    expect(new Set(clients.map((one) => one.state))).toEqual(new Set(["connected"]));
    const reported = facts.readings.filter(
      (one) => one.signal === "client.heartbeat.silence" || (one.signal === "client.heartbeat.missed" && one.value),
    );
    expect(reported).toEqual([]);
  });

  test("without statistics no session is late", () => {
    const bare = connectionsOf(answersOf(version).connectionsWithoutStatistics);
    const line = timeline();
    for (let poll = 0; poll < POLLS; poll++) line.poll({ connections: bare });
    expect(line.memory().open.size).toBe(bare.length);
    expect([...line.memory().open.values()].map((one) => one.lateSinceMs)).toEqual(bare.map(() => null));
    // A row of names does not have the connection's own name, so whose it is remains unknown.
    const known = [...line.memory().clients.values()];
    expect(known.map((one) => one.state)).toEqual(known.map(() => "connected"));
  });
});
