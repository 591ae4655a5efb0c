import { expect, test } from "vitest";
import { anAlertView } from "@/lib/views/alerts/alerts.testing";
import type { AlertView } from "@/lib/views/alerts/schema";
import { workLines } from "@/lib/views/overview/work-lines";
import type { RunnerView } from "@/lib/views/runners/schema";

const alert = (rule: string, labels: Record<string, string>, of: Partial<AlertView> = {}): AlertView =>
  anAlertView({ id: rule, rule, labels, value: 2, startedMs: 5, firedMs: 5, ...of });
const gpu = { source: "videos", runner: "gpu" };
const queue = { source: "bitmagnet", queue: "process_torrent" };
const runner: RunnerView = {
  ...{ id: "videos/gpu", source: "videos", kind: "peertube", name: "gpu", state: "missing" },
  ...{ because: "gone-with-work", lastContactMs: 1, silenceSeconds: 9, limitSeconds: null, jobsRunning: 3 },
  ...{ holding: [], missingSinceMs: 2, troubles: [] },
};

test.each<[string, AlertView, object[]]>([
  [
    "a missing runner, with what it held",
    alert("runner-missing", gpu),
    [{ kind: "runner-missing", severity: "warning", source: "videos", sinceMs: 5, subject: "gpu", jobsRunning: 3 }],
  ],
  [
    "a queue whose work nobody takes",
    alert("jobs-not-taken", queue, { value: 300 }),
    [
      {
        ...{ kind: "jobs-not-taken", severity: "warning", source: "bitmagnet", sinceMs: 5 },
        ...{ subject: "bitmagnet/process_torrent", value: 300 },
      },
    ],
  ],
  [
    "a source with too few runners",
    alert("runners-short", { source: "videos" }),
    [{ kind: "runners-short", severity: "warning", source: "videos", sinceMs: 5, subject: "videos", value: 2 }],
  ],
  [
    "a pipeline of an application",
    alert("pipeline-not-consuming", { source: "php", queue: "emails" }, { value: 70 }),
    [
      {
        ...{ kind: "pipeline-not-consuming", severity: "warning", source: "php", sinceMs: 5 },
        ...{ subject: "php/emails", value: 70 },
      },
    ],
  ],
  [
    "a queue on a broker",
    alert("queue-without-consumer", { broker: "main", vhost: "/", queue: "orders" }, { severity: "critical" }),
    [
      {
        kind: "queue-without-consumer",
        severity: "critical",
        sinceMs: 5,
        subject: "main/orders",
        broker: "main",
        vhost: "/",
        queue: "orders",
      },
    ],
  ],
  ["a pending alert is none yet", alert("runner-missing", gpu, { state: "pending" }), []],
  ["a runner that was let go", alert("runner-missing", { ...gpu, runner: "other" }), []],
  ["what other lines tell", alert("runner-silent", gpu), []],
])("%s", (_, one, expected) => expect(workLines([one], [runner])).toEqual(expected));
