import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readBounded } from "@/lib/base/http/read-bounded";
import { serve } from "@/lib/base/http/serve.testing";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";

const MIB = 1024 * 1024;
/** A reader may hold one answer of 64 MiB at most, twice while it is put together; a bomb unpacks to far more. */
const HELD_MAX = 256 * MIB;
const BOMB_MIB = 1_024;
/** Long enough that a bound on bytes is met before the one on time on a busy machine. */
const WITHIN_MS = 60_000;

async function asked(answer: RequestListener) {
  const api = createManagementApi(await serve(answer), WITHIN_MS);
  const outcome = await api.get("/api/connections");
  await api.close();
  return outcome.ok ? "ok" : `${outcome.failure.code}: ${outcome.failure.detail}`;
}

/** `mebibytes` of spaces, counted as they leave: how many were asked for tells how much was read. */
function spaces(mebibytes: number, sent: { mebibytes: number }): Readable {
  const chunk = Buffer.alloc(MIB, " ");
  return Readable.from(
    (function* () {
      for (; sent.mebibytes < mebibytes; sent.mebibytes++) yield chunk;
    })(),
  );
}

const REFUSED = /^refused: the management API could not be reached/;
const CUT_OFF = /^bad-answer: .* not JSON, or was cut off/;
const GZIP = { "content-encoding": "gzip" };
const LIST = gzipSync(JSON.stringify(["a".repeat(1_000), "b"]));

describe("an answer without measure has a name and costs no more than its bound", () => {
  test.each<[string, (sent: { mebibytes: number }) => RequestListener]>([
    ["too large as it is", (sent) => (_, response) => void spaces(BOMB_MIB, sent).pipe(response)],
    [
      "a gzip bomb: 1 GiB in 1 MB",
      (sent) => (_, response) => void spaces(BOMB_MIB, sent).pipe(createGzip()).pipe(response.writeHead(200, GZIP)),
    ],
  ])("%s", async (_, answer) => {
    const sent = { mebibytes: 0 };
    const before = process.memoryUsage();
    const highest = watchMemory();
    expect(await asked(answer(sent))).toBe(`too-large: /api/connections answered more than ${64 * MIB} bytes`);
    expect(highest() - before.arrayBuffers).toBeLessThan(HELD_MAX);
    expect(sent.mebibytes, "the rest was not waited for").toBeLessThan(BOMB_MIB);
  });

  test("the metrics of a node are bounded likewise", async () => {
    const sent = { mebibytes: 0 };
    const url = await serve(
      (_, response) => void spaces(BOMB_MIB, sent).pipe(createGzip()).pipe(response.writeHead(200, GZIP)),
    );
    const api = createMetricsApi([url], WITHIN_MS);
    const [answer] = await api.get();
    await api.close();
    expect(answer).toMatchObject({ ok: false, failure: { code: "too-large" } });
    expect(sent.mebibytes).toBeLessThan(BOMB_MIB);
  });
});

describe("an answer that is not what it says it is", () => {
  test.each<[string, RequestListener, RegExp]>([
    ["gzip cut off", (_, response) => void response.writeHead(200, GZIP).end(LIST.subarray(0, -12)), CUT_OFF],
    ["gzip in name only", (_, response) => void response.writeHead(200, GZIP).end("[]"), REFUSED],
    [
      "longer than its content-length says: cut there",
      (_, response) => void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n[1,2]"),
      CUT_OFF,
    ],
    [
      "shorter than its content-length says",
      (_, response) => void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n[1,2]"),
      REFUSED,
    ],
    [
      "two lengths that differ",
      (_, response) =>
        void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 2\r\n\r\n[1,2]"),
      REFUSED,
    ],
    [
      "a length that is no number",
      (_, response) => void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n[1,2]"),
      REFUSED,
    ],
    ["nothing at all", (_, response) => void response.writeHead(200).end(), CUT_OFF],
    [
      "headers without end",
      (_, response) => void response.writeHead(200, { "x-long": "x".repeat(MIB) }).end("[]"),
      REFUSED,
    ],
  ])("%s", async (_, answer, told) => expect(await asked(answer)).toMatch(told));
});

/** The most bytes that buffers held at any time since; looked at whenever the reader takes a breath. */
function watchMemory(): () => number {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  };
  const timer = setInterval(look, 5);
  return () => {
    look();
    clearInterval(timer);
    return most;
  };
}

describe("the reader", () => {
  const chunks = (...sizes: number[]): AsyncIterable<Uint8Array> =>
    Readable.from(sizes.map((size) => Buffer.alloc(size)));

  test.each<[string, number[], number | null]>([
    ["no body", [], 0],
    ["up to the bound", [3, 4, 3], 10],
    ["one byte more", [3, 4, 4], null],
    ["a single chunk beyond it", [11], null],
  ])("%s", async (_, sizes, length) => {
    const read = await readBounded(chunks(...sizes), 10);
    expect(read === null ? null : read.length).toBe(length);
  });
});
