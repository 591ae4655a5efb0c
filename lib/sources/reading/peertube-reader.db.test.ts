import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { reason } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import { embeddedDatabase, readingOf, schemaSql, type TestDatabase } from "@/lib/sources/adapters/databases.testing";
import { peertube } from "@/lib/sources/adapters/peertube/peertube";
import { type FakeAdminApi, startFakeAdminApi, USER } from "@/lib/sources/reading/peertube-admin-api.testing";
import { readPeertubeApi } from "@/lib/sources/reading/peertube-api";
import { createPeertubeClient, type PeertubeAccess, type PeertubeClient } from "@/lib/sources/reading/peertube-client";
import { createPeertubeReader } from "@/lib/sources/reading/peertube-reader";

let database: TestDatabase;
let server: FakeAdminApi;
beforeAll(async () => {
  database = await embeddedDatabase(peertube);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.reset(await schemaSql("peertube"));
  server = await startFakeAdminApi(database.all);
});
const clients: PeertubeClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
});

const addRunners = (count: number) =>
  database.run(`
    INSERT INTO runner ("runnerToken", name, "lastContact", ip, version, "createdAt", "updatedAt")
    SELECT 'ptrt-secret-' || n, 'gpu-' || n, now() - n * interval '10 seconds', '::1', '1.0', now() + n * interval '1 s', now()
    FROM generate_series(1, ${count}) n`);

/** `count` jobs of one type in one state, a second apart; the first runner has the running ones. */
const addJobs = (state: number, count: number, type = "vod-hls-transcoding") =>
  database.run(`
    INSERT INTO "runnerJob" (uuid, type, payload, "privatePayload", state, failures, priority, progress, error, "startedAt",
                             "finishedAt", "runnerId", "createdAt", "updatedAt")
    SELECT gen_random_uuid(), '${type}', '{"k":"payload-secret"}', '{"k":"private-secret"}', ${state}, 1, 0,
           ${state === 2 ? "n % 100" : "NULL"}, ${state === 4 ? "'exit code ' || n" : "NULL"},
           ${state === 1 ? "NULL" : "now() - interval '10 minutes'"},
           ${[3, 4].includes(state) ? "date_trunc('milliseconds', now()) - interval '5 minutes'" : "NULL"},
           ${[2, 9].includes(state) ? "(SELECT min(id) FROM runner)" : "NULL"},
           now() - interval '1 hour', now() - n * interval '1 second'
    FROM generate_series(1, ${count}) n`);

function clientFor(access: Partial<PeertubeAccess> = USER, now?: () => number): PeertubeClient {
  const client = createPeertubeClient({ apiUrl: server.url, ...access }, now);
  clients.push(client);
  return client;
}

const SIGNAL = new AbortController().signal;

async function read(client = clientFor(), previous: Parameters<typeof readPeertubeApi>[1]["previous"] = null) {
  const outcome = await readPeertubeApi(client.within(SIGNAL), { source: "s", nowMs: Date.now(), previous });
  expect(JSON.stringify(outcome)).not.toContain("secret");
  return outcome;
}

describe("a reading from the API equals one from the tables", () => {
  test.each<[string, () => Promise<void>]>([
    ["nothing", async () => {}],
    [
      "a few of each",
      async () => {
        await addRunners(2);
        await addJobs(1, 3);
        await addJobs(2, 2);
        await addJobs(9, 1, "video-studio-transcoding");
        await addJobs(3, 7);
        await addJobs(4, 2);
      },
    ],
    [
      "more of each than a page holds",
      async () => {
        await addRunners(120);
        await addJobs(1, 350);
        await addJobs(1, 20, "video-transcription");
        await addJobs(2, 130);
        await addJobs(3, 210);
        await addJobs(3, 101, "live-rtmp-hls-transcoding");
        await addJobs(4, 90);
      },
    ],
  ])("%s", async (_, fill) => {
    await fill();
    const nowMs = Date.now();
    const byTable = await readingOf(peertube, database.runQuery, { nowMs });
    const outcome = await readPeertubeApi(clientFor().within(SIGNAL), { source: "s", nowMs, previous: null });
    if (!outcome.ok) throw new Error(renderReason(outcome.failure.reason));
    const byName = <T extends { name: string }>(list: readonly T[] | null) =>
      [...(list ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    const comparable = (reading: typeof byTable) => ({
      queues: reading.queues,
      finishedTotal: reading.finishedTotal,
      // Instants of the API are whole milliseconds, and many rows have the same instant.
      runners: byName(reading.runners).map((runner) => ({
        ...runner,
        lastContactMs: Math.floor(runner.lastContactMs ?? 0),
        overduePendingMs: null,
        holding: byKey(runner.holding).map((job) => ({
          ...job,
          startedMs: Math.floor(job.startedMs ?? 0),
          updatedMs: Math.floor(job.updatedMs ?? 0),
        })),
      })),
    });
    const rounded = (reading: typeof byTable) =>
      JSON.parse(JSON.stringify(comparable(reading)), (key, value) =>
        key === "oldestDueSeconds" && value !== null ? Math.round(value) : value,
      );
    expect(rounded(outcome.value)).toEqual(rounded(byTable));
    // The server's clock has whole seconds: a job a second newer may be overdue or not.
    const overdue = (reading: typeof byTable) => reading.runners?.[0]?.overduePendingMs ?? 0;
    expect(Math.abs(overdue(outcome.value) - overdue(byTable))).toBeLessThanOrEqual(1_001);
  });
});

const byKey = <T extends { id: string }>(list: readonly T[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));

test("a reading needs few requests: lists of one page are counted from it, longer ones by type until all jobs are found", async () => {
  await addRunners(1);
  await addJobs(3, 150);
  const client = clientFor();
  const first = await read(client);
  const signIn = ["GET /api/v1/oauth-clients/local", "POST /api/v1/users/token"];
  expect(server.requests.slice(0, 2)).toEqual(signIn);
  server.requests.length = 0;
  await read(client, first.ok ? { ...first.value } : null);
  expect(server.requests).toEqual([
    "GET /api/v1/runners?sort=createdAt&start=0&count=100",
    "GET /api/v1/runners/jobs?sort=updatedAt&stateOneOf=2&stateOneOf=9&start=0&count=100",
    "GET /api/v1/runners/jobs?sort=updatedAt&stateOneOf=1&start=0&count=100",
    "GET /api/v1/runners/jobs?sort=-updatedAt&stateOneOf=4&start=0&count=100",
    "GET /api/v1/runners/jobs?sort=-updatedAt&stateOneOf=3&start=0&count=100",
    "GET /api/v1/runners/jobs?sort=updatedAt&stateOneOf=5&start=0&count=100",
    "GET /api/v1/runners/jobs?sort=updatedAt&start=0&count=1&stateOneOf=3&search=vod-hls-transcoding",
  ]);
});

test("with more rows than its pages hold, it still sends at most forty requests", async () => {
  await addRunners(1_200);
  await addJobs(1, 500, "something-new");
  await addJobs(2, 1_100);
  await addJobs(3, 150, "something-old");
  await addJobs(4, 150, "something-else");
  const outcome = await read();
  expect(outcome.ok && outcome.value.runners?.length).toBe(1_000);
  expect(server.requests.length).toBeLessThanOrEqual(42);
});

describe("a rejected token is renewed once", () => {
  const signIns = () => server.requests.filter((request) => request.startsWith("POST")).length;

  test("by its refresh token, or by signing in if that has expired as well", async () => {
    const client = clientFor();
    expect((await read(client)).ok).toBe(true);
    server.expire(false);
    expect((await read(client)).ok).toBe(true);
    expect(signIns()).toBe(2);
    server.expire(true);
    expect((await read(client)).ok).toBe(true);
    expect(signIns()).toBe(4);
  });

  test("and not again: a server that rejects a new token is reported", async () => {
    server.behave({ instead: { "/api/v1/runners": (_, response) => void response.writeHead(401).end("{}") } });
    const outcome = await read();
    expect(outcome.ok ? "" : renderReason(outcome.failure.reason)).toMatch(/refused a token it has just given/);
    expect(signIns()).toBe(2);
  });

  test("wrong credentials are retried only after five minutes", async () => {
    let nowMs = 0;
    const client = clientFor({ ...USER, password: "wrong-secret" }, () => nowMs);
    for (const ms of [0, 15_000, 299_000]) {
      nowMs = ms;
      const outcome = await read(client);
      expect(outcome.ok ? "" : outcome.failure).toMatchObject({ code: "unauthorized" });
    }
    expect(signIns()).toBe(1);
    nowMs = 300_000;
    await read(client);
    expect(signIns()).toBe(2);
  });
});

describe("every failure is reported by its cause", () => {
  const page = (text: string, status = 200) => ({
    instead: {
      "/api/v1/runners": (_: unknown, response: import("node:http").ServerResponse) =>
        void response.writeHead(status, { location: "/" }).end(text),
    },
  });
  const cases: readonly [string, Parameters<FakeAdminApi["behave"]>[0], Partial<PeertubeAccess>, string, RegExp][] = [
    ["a wrong password", {}, { ...USER, password: "wrong-secret" }, "unauthorized", /refused the sign-in of root\.$/],
    [
      "a second factor",
      { secondFactor: true },
      USER,
      "unauthorized",
      /second factor: this source needs a user without/,
    ],
    [
      "another host name",
      { publicName: "tube.example" },
      USER,
      "unauthorized",
      /apiUrl must be the address browsers use/,
    ],
    ["a user without the right", { mayManageRunners: false }, USER, "unauthorized", /it needs an administrator/],
    ["an expired token", {}, { token: "old-secret" }, "unauthorized", /refused this source's token, which lasts a day/],
    [
      "stateOneOf is ignored",
      { ignores: ["stateOneOf"] },
      USER,
      "incompatible",
      /does not heed stateOneOf.*databaseUrl/,
    ],
    ["a redirect", page("", 301), USER, "incompatible", /answered 301, and redirects are not followed/],
    ["too old", page("{}", 404), USER, "incompatible", /no API for runners: not a PeerTube from 5\.2 on/],
    ["too many requests", page("{}", 429), USER, "unreachable", /was asked too often \(429\)/],
    ["a proxy's page", page("<html>"), USER, "incompatible", /answered something that is not PeerTube's API/],
    [
      "a list of something",
      page('{"total":1,"data":[{"id":1}]}'),
      USER,
      "incompatible",
      /answered something else than PeerTube does, at "data\.\[\]\.name"/,
    ],
    [
      "an answer that is too long",
      page(" ".repeat(5_000_000)),
      USER,
      "incompatible",
      /answered more than 4194304 bytes/,
    ],
    ["a broken server", page("", 502), USER, "unreachable", /answered 502\.$/],
  ];
  test.each(cases)("%s", async (_, behaviour, access, state, because) => {
    await addRunners(1);
    await addJobs(3, 1);
    server.behave(behaviour);
    const reader = createPeertubeReader({ id: "s", apiUrl: server.url, ...access });
    const outcome = await reader.read();
    await reader.close();
    expect(JSON.stringify(outcome)).not.toContain("secret");
    expect(outcome).toMatchObject({ ok: false, state });
    expect(outcome.ok ? "" : renderReason(outcome.reason)).toMatch(because);
  });

  test("if search is ignored, nothing is counted", async () => {
    await addJobs(3, 101, "video-transcription");
    await addJobs(3, 160, "something-older");
    server.behave({ ignores: ["search"] });
    const outcome = await read();
    expect(outcome.ok ? "" : renderReason(outcome.failure.reason)).toMatch(/does not heed search/);
  });

  test("no server, and a closed connection", async () => {
    const elsewhere = await startFakeAdminApi(async () => []);
    await elsewhere.close();
    const unreachable = createPeertubeReader({ id: "s", apiUrl: `${elsewhere.url}/tube`, ...USER });
    const refused = reason("connectionRefused", { address: new URL(elsewhere.url).host });
    expect(await unreachable.read()).toMatchObject({ state: "unreachable", reason: refused });
    await unreachable.close();
    server.behave({ instead: { "/api/v1/oauth-clients/local": (request) => void request.socket.destroy() } });
    const outcome = await read();
    expect(outcome.ok ? "" : renderReason(outcome.failure.reason)).toMatch(/closed the connection\.$/);
  });
});

test("overlapping reads share one poll", async () => {
  const reader = createPeertubeReader({ id: "s", apiUrl: server.url, ...USER });
  const [first, second] = await Promise.all([reader.read(), reader.read()]);
  await reader.close();
  expect(second).toBe(first);
});
