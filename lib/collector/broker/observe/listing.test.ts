import { expect, test } from "vitest";
import { done, failed } from "@/lib/base/errors/failure";
import { verbatim } from "@/lib/base/messages/reason";
import { createListing } from "@/lib/collector/broker/observe/listing";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";
import type { MetricsApi } from "@/lib/rabbitmq/api/metrics";

const N = 5_001;
const ended = new AbortController().signal;
const nameOf = (at: number) => `c${at}`;
const pidAt = (at: number) => `<0.${at}.0>`;
const rows = Array.from({ length: N }, (_, at) => ({ name: nameOf(at), node: "n", connected_at: 7, recv_oct: 1 }));
const pidOf = new Map(rows.map((row, at) => [`main|n|${row.name}|7`, pidAt(at)]));
const octets = new Map(rows.map((_, at) => [pidAt(at), { recvOct: 2, sendOct: 2 }]));

/** A broker of 5,001 connections: what was asked of it, and a way to let somebody new connect or its metrics fail. */
function world() {
  const requested: string[] = [];
  const now = { ms: 0, metricsWork: true, newcomers: 0 };
  const api: ManagementApi = {
    get: async (path) => {
      const identity = path.includes("disable_stats");
      requested.push(identity ? "identity" : "list");
      const added = Array.from({ length: now.newcomers }, (_, at) => ({
        name: `new${at}`,
        node: "n",
        connected_at: 9,
      }));
      const json = [...rows, ...added].map((row) => (identity ? { name: row.name, node: "n" } : row));
      return done({ json, bytes: 1, durationMs: 1, aheadMs: null });
    },
    close: async () => {},
  };
  const metrics: MetricsApi = {
    get: async () => {
      requested.push("metrics");
      if (!now.metricsWork) return [failed({ code: "refused", retry: true, reason: verbatim("") })];
      return [done({ metrics: { node: "n", octets, unreadable: 0 }, bytes: 1, durationMs: 1, aheadMs: null })];
    },
    close: async () => {},
  };
  return { requested, now, api, metrics };
}

/** Polls each 5 s; per poll what was asked, whose octets are told, and how many connections. */
async function polls(w: ReturnType<typeof world>, listing: ReturnType<typeof createListing>, count: number) {
  const results: string[] = [];
  for (let at = 0; at < count; at++) {
    w.requested.length = 0;
    const conditions = { connections: N, pidOf, alarm: false, intervalMs: 5_000, withoutStatistics: null };
    const { connections } = await listing.list(conditions, ended);
    const seen = connections.ok ? connections.value.rows : [];
    results.push(`${w.requested.join("+")} ${seen[0]?.recvOct} ${seen.length}`);
    w.now.ms += 5_000;
  }
  return results;
}

const open = (w: ReturnType<typeof world>) => createListing("main", w.api, w.metrics, () => w.now.ms);

test("one list, then names and metrics, and the list again after a minute", async () => {
  const w = world();
  const results = await polls(w, open(w), 14);
  const cheap = `identity+metrics 2 ${N}`;
  expect(results).toEqual([`list 1 ${N}`, ...Array(11).fill(cheap), `list 1 ${N}`, cheap]);
});

test("a new connection is known after 15 s at the latest", async () => {
  const w = world();
  const listing = open(w);
  await polls(w, listing, 2);
  w.now.newcomers = 1;
  const results = await polls(w, listing, 3);
  expect(results).toEqual([`identity+metrics 2 ${N}`, `list 1 ${N + 1}`, `identity+metrics 2 ${N + 1}`]);
});

test("failed metrics cost one attempt, and are not requested for a minute", async () => {
  const w = world();
  const listing = open(w);
  await polls(w, listing, 1);
  w.now.metricsWork = false;
  expect(await polls(w, listing, 2)).toEqual([`identity+metrics+list 1 ${N}`, `list 1 ${N}`]);
  expect(listing.strategy().because).toBe("metrics-failed");
});

test("without metrics none are requested", async () => {
  const w = world();
  const listing = createListing("main", w.api, null, () => w.now.ms);
  expect(await polls(w, listing, 2)).toEqual(Array(2).fill(`list 1 ${N}`));
  expect(listing.strategy().because).toBe("no-metrics");
});
