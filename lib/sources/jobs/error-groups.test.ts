import { expect, test } from "vitest";
import { fingerprint, groupErrors } from "@/lib/sources/jobs/error-groups";

test.each([
  ["numbers", "timeout after 5023 ms on attempt 2", "timeout after # ms on attempt #"],
  ["addresses", "dial tcp 10.1.2.3:443: connect: connection refused", "dial tcp #: connect: connection refused"],
  ["hashes", "torrent 9F3a11c0de4455667788 not found", "torrent # not found"],
  ["uuids", "job 0b0e7b6e-3f0c-4a57-9d3e-6a1c5ad00b1f gone", "job # gone"],
  ["already replaced text stays the same", "job # gone after # ms", "job # gone after # ms"],
  ["hex words are words", "the facade was defaced", "the facade was defaced"],
  ["only the first line", "boom 1\n  at file.js:3\n  at other.js:4", "boom #"],
  ["runs of blanks", "  a   b\t c ", "a b c"],
  [
    "query strings",
    "GET https://api.example.com/3/movie?api_key=abcd&x=1: 429",
    "GET https://api.example.com/#/movie?# #",
  ],
  ["credentials in URLs", "dial amqp://guest:s3cret@mq:5672/ failed", "dial amqp://#@mq:#/ failed"],
  ["bearer tokens", "401 with Authorization: Bearer eyJhbGc.x-y_z=", "# with Authorization: Bearer #"],
  [
    "named secrets",
    'config {"password":"hunter2","token": "abc"} rejected',
    'config {"password":#,"token": #} rejected',
  ],
  ["nothing", "   ", ""],
])("replaces %s", (_, text, expected) => expect(fingerprint(text)).toBe(expected));

test("the fingerprint of a long text is bounded", () => {
  expect(fingerprint("x".repeat(1_000_000))).toHaveLength(200);
});

test("the largest groups come first, at most ten, each with its last occurrence", () => {
  const rows = [
    { text: "timeout after 5 s", count: 3, lastSeenMs: 10 },
    { text: "timeout after 7 s", count: 4, lastSeenMs: null },
    { text: "refused", count: 6, lastSeenMs: 30 },
    { text: "", count: 99, lastSeenMs: 40 },
    ...Array.from({ length: 15 }, (_, at) => ({ text: `kind ${"abcdefghijklmno"[at]}`, count: 1, lastSeenMs: null })),
  ];
  const groups = groupErrors(rows);
  expect(groups.slice(0, 2)).toEqual([
    { group: "timeout after # s", count: 7, lastSeenMs: 10 },
    { group: "refused", count: 6, lastSeenMs: 30 },
  ]);
  expect(groups).toHaveLength(10);
});
