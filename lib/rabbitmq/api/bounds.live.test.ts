import type { RequestListener } from "node:http";
import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readBounded } from "@/lib/base/http/read-bounded";
import { serve } from "@/lib/base/http/serve.testing";
import { renderReason } from "@/lib/base/messages/render-reason";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";

const MIB = 1024 * 1024;
/** A reader may hold one answer of at most 64 MiB, twice while it is joined; a bomb decompresses to far more. */
const BUFFERS_MAX = 256 * MIB;
const BOMB_MIB = 1_024;
/** Long enough that the limit of bytes is reached before that of time on a busy machine. */
const WITHIN_MS = 60_000;

async function outcomeOf(answer: RequestListener, path = "/api/connections") {
  const api = createManagementApi(await serve(answer), { withinMs: WITHIN_MS });
  const outcome = await api.get(path);
  await api.close();
  return outcome.ok ? "ok" : `${outcome.failure.code}: ${renderReason(outcome.failure.reason)}`;
}

/** `mebibytes` of spaces, counted as they are sent: the count shows how much was read. */
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

describe("an unlimited answer is a failure and costs no more than its limit", () => {
  test.each<[string, (sent: { mebibytes: number }) => RequestListener]>([
    ["too large without compression", (sent) => (_, response) => void spaces(BOMB_MIB, sent).pipe(response)],
    [
      "a gzip bomb: 1 GiB in 1 MB",
      (sent) => (_, response) => void spaces(BOMB_MIB, sent).pipe(createGzip()).pipe(response.writeHead(200, GZIP)),
    ],
  ])("%s", async (_, answer) => {
    const sent = { mebibytes: 0 };
    const before = process.memoryUsage();
    const highest = watchMemory();
    expect(await outcomeOf(answer(sent))).toBe(`too-large: /api/connections answered more than ${24 * MIB} bytes`);
    expect(highest() - before.arrayBuffers).toBeLessThan(BUFFERS_MAX);
    expect(sent.mebibytes, "reading stopped early").toBeLessThan(BOMB_MIB);
  });

  test("what is no list has a smaller limit", async () => {
    const answer: RequestListener = (_, response) => void response.end(`["${"x".repeat(5 * MIB)}"]`);
    expect(await outcomeOf(answer)).toBe("ok");
    for (const path of ["/api/overview", "/api/nodes?columns=name", "/api/connectionsx"]) {
      expect(await outcomeOf(answer, path)).toMatch(/^too-large: .* answered more than 4194304 bytes$/);
    }
  });

  test.each([
    ["objects", `[${"{},".repeat(2_000_000)}0]`],
    ["arrays that are not closed", "[".repeat(2_000_001)],
    ["nested arrays", "[".repeat(2_000_001) + "]".repeat(2_000_001)],
  ])("more values than a broker has are not parsed: %s", async (_, body) => {
    expect(await outcomeOf((_request, response) => void response.writeHead(200, GZIP).end(gzipSync(body)))).toMatch(
      CUT_OFF,
    );
  });

  test("the metrics of a node have a limit too", async () => {
    const sent = { mebibytes: 0 };
    const url = await serve(
      (_, response) => void spaces(BOMB_MIB, sent).pipe(createGzip()).pipe(response.writeHead(200, GZIP)),
    );
    const api = createMetricsApi([url], { withinMs: WITHIN_MS });
    const [answer] = await api.get();
    await api.close();
    expect(answer).toMatchObject({ ok: false, failure: { code: "too-large" } });
    expect(sent.mebibytes).toBeLessThan(BOMB_MIB);
  });
});

describe("an answer that contradicts its headers", () => {
  test.each<[string, RequestListener, RegExp]>([
    ["gzip cut off", (_, response) => void response.writeHead(200, GZIP).end(LIST.subarray(0, -12)), CUT_OFF],
    ["gzip in name only", (_, response) => void response.writeHead(200, GZIP).end("[]"), REFUSED],
    [
      "longer than its content-length: cut there",
      (_, response) => void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n[1,2]"),
      CUT_OFF,
    ],
    [
      "shorter than its content-length",
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
  ])("%s", async (_, answer, expected) => expect(await outcomeOf(answer)).toMatch(expected));
});

/** Samples the bytes in buffers; the returned function gives the maximum. */
function watchMemory(): () => number {
  let most = 0;
  const sample = (): void => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  };
  const timer = setInterval(sample, 5);
  return () => {
    sample();
    clearInterval(timer);
    return most;
  };
}

describe("the reader", () => {
  const chunks = (...sizes: number[]): AsyncIterable<Uint8Array> =>
    Readable.from(sizes.map((size) => Buffer.alloc(size)));

  test.each<[string, number[], number | null]>([
    ["no body", [], 0],
    ["up to the limit", [3, 4, 3], 10],
    ["one byte more", [3, 4, 4], null],
    ["a single chunk beyond it", [11], null],
  ])("%s", async (_, sizes, length) => {
    const read = await readBounded(chunks(...sizes), 10);
    expect(read === null ? null : read.length).toBe(length);
  });
});
