import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { resolutionOf } from "@/lib/alerts/model/resolution";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source/memory";
import type { HeldJob, RunnerContact } from "@/lib/sources/jobs/job";
import { registryOf } from "@/lib/sources/runners/registry";

const T0 = 1_800_000_000_000;

const job: HeldJob = {
  ...{ id: "a", type: "vod-hls-transcoding", startedMs: T0, updatedMs: T0, progress: null },
  ...{ phase: "processing", failures: 0 },
};

/** Two runners, `gpu` and `other`; one poll a minute, in which `gpu` is as given, or not listed. */
function source(kind: string) {
  let memory: SourceMemory = firstSourceMemory(
    { source: "videos", kind, pollIntervalMs: MINUTE, runnersExpected: null, registry: new Map() },
    T0,
  );
  let alerts: AlertMemory = new Map();
  let nowMs = T0;
  const log: string[] = [];
  const poll = (runner: Partial<RunnerContact> | null, afterMs = MINUTE) => {
    nowMs += afterMs;
    const other: RunnerContact = { name: "other", lastContactMs: nowMs, holding: [], overduePendingMs: null };
    const runners = runner === null ? [other] : [other, { ...other, name: "gpu", ...runner }];
    const reading = {
      ...{ queues: [], runners, finishedTotal: null, generation: "8", atMs: nowMs, clockAheadMs: 0 },
      ...{ exactAgainMs: null, standby: null },
    };
    const { after, facts } = deriveSource(memory, { ok: true, reading, durationMs: 5 }, nowMs);
    const evaluated = evaluateAlerts(alerts, { ...facts, rules: BUILT_IN_RULES, nowMs });
    memory = after;
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) {
      log.push(`${alert.rule} ${type === "alert.firing" ? alert.severity : resolutionOf(alert)}`);
    }
  };
  return {
    log,
    poll,
    nowMs: () => nowMs,
    summary: () => [...alerts.values()].map(({ alert }) => alert.summary),
    /** What a restart of ours has of the runners: their last rows. */
    restart: () => {
      const stored = memory.runners.map(({ name, lastContactMs, jobsRunning, outOfContact, missingSinceMs }) => ({
        ...{ name, lastContactMs, jobsRunning, seenMs: missingSinceMs ?? nowMs },
        outOfContact: outOfContact?.state ?? null,
      }));
      const registry = registryOf(stored, { id: "videos", kind });
      memory = firstSourceMemory(
        { source: "videos", kind, pollIntervalMs: MINUTE, runnersExpected: null, registry },
        nowMs,
      );
    },
  };
}

const SILENT = { lastContactMs: T0, holding: [job] };
const RECLAIMED = { lastContactMs: T0, holding: [] };
const HOURS = Array.from({ length: 26 }, (_, hour) => hour);

describe("a runner that is silent with work", () => {
  const silent = (kind = "peertube") => {
    const all = source(kind);
    for (let minute = 0; minute < 5; minute++) all.poll(SILENT);
    expect(all.log).toEqual(["runner-silent critical"]);
    return all;
  };

  test("stays so when its work is taken back, until it is in contact again", () => {
    const all = silent();
    for (let minute = 0; minute < 30; minute++) all.poll(RECLAIMED);
    expect(all.log).toEqual(["runner-silent critical"]);
    expect(all.summary()[0]).toContain(
      "gpu silent 35 min; its work was taken back, and it has not been in contact since",
    );
    all.poll({ lastContactMs: all.nowMs() });
    expect(all.log).toEqual(["runner-silent critical", "runner-silent recovered"]);
  });

  test("stays so across a restart of ours", () => {
    const all = silent();
    all.poll(RECLAIMED);
    all.restart();
    for (let minute = 0; minute < 30; minute++) all.poll(RECLAIMED);
    expect(all.log).toEqual(["runner-silent critical"]);
  });

  test("a source clock that moves by a second is no contact", () => {
    const all = silent();
    for (let minute = 0; minute < 5; minute++) all.poll({ lastContactMs: T0 + (minute % 2) * 1_000, holding: [] });
    expect(all.log).toEqual(["runner-silent critical"]);
  });

  test("with a heartbeat of its own it is not idle because its system rescued its jobs", () => {
    const all = source("good-job");
    const stopped = { lastContactMs: T0, deadAfterSeconds: 60 };
    for (let minute = 0; minute < 3; minute++) all.poll({ ...stopped, holding: [job] });
    for (let minute = 0; minute < 10; minute++) all.poll(stopped);
    expect(all.log).toEqual(["runner-silent critical"]);
  });

  test("whose work was taken back and whom a person then removes from PeerTube has departed", () => {
    const all = silent();
    all.poll(RECLAIMED);
    all.poll(null);
    expect(all.log).toEqual(["runner-silent critical", "runner-silent departed"]);
  });

  test("whose row its system removes goes on under the same alert, until it is back", () => {
    const all = silent("solid-queue");
    all.poll(RECLAIMED);
    all.restart();
    for (let minute = 0; minute < 30; minute++) all.poll(null);
    expect(all.log).toEqual(["runner-silent critical"]);
    all.poll({ lastContactMs: all.nowMs() });
    expect(all.log).toEqual(["runner-silent critical", "runner-silent recovered"]);
  });

  test("is no longer expected after a day", () => {
    const all = silent("solid-queue");
    for (const _ of HOURS) all.poll(null, HOUR);
    expect(all.log).toEqual(["runner-silent critical", "runner-silent departed"]);
  });
});

describe("a runner that disappears", () => {
  test("with work in hand is missing until it is back", () => {
    const all = source("river");
    all.poll({ lastContactMs: T0 + MINUTE, holding: [job] });
    for (let minute = 0; minute < 30; minute++) all.poll(null);
    expect(all.log).toEqual(["runner-missing warning"]);
    all.poll({ lastContactMs: all.nowMs() });
    expect(all.log).toEqual(["runner-missing warning", "runner-missing recovered"]);
  });

  test("with work in hand is departed after a day", () => {
    const all = source("river");
    all.poll({ lastContactMs: T0 + MINUTE, holding: [job] });
    for (const _ of HOURS) all.poll(null, HOUR);
    expect(all.log).toEqual(["runner-missing warning", "runner-missing departed"]);
  });
});

test("a runner that did not ask for work stays so when others have done it, until its next contact", () => {
  const all = source("peertube");
  for (let minute = 0; minute < 6; minute++) all.poll({ lastContactMs: T0, overduePendingMs: T0 + 1 });
  expect(all.log).toEqual(["runner-deaf warning"]);
  for (let minute = 0; minute < 6; minute++) all.poll({ lastContactMs: T0 });
  all.restart();
  all.poll({ lastContactMs: T0 });
  expect(all.log).toEqual(["runner-deaf warning"]);
  all.poll({ lastContactMs: all.nowMs() });
  expect(all.log).toEqual(["runner-deaf warning", "runner-deaf recovered"]);
});
