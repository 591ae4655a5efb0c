import { alert, panel, points, rule, runner, series } from "@/components/gallery/factories";
import { verbatim } from "@/lib/base/messages/reason";
import { MINUTE } from "@/lib/base/time/duration";
import type { Panel, PanelView } from "@/lib/views/panels/schema";

const BECAUSE = "401 from the management API";

/** A wave with a fixed phase and no randomness, so that each refresh draws the same chart. */
const wave = (level: number, swing: number) => (i: number) => level + swing * Math.sin(i / 9);
const during = (from: number, to: number, value: number) => (i: number, n: number) =>
  i / n >= from && i / n < to ? value : 0;
const blind = (nowMs: number) => [
  {
    broker: "main",
    fromMs: nowMs - 25 * MINUTE,
    toMs: nowMs - 15 * MINUTE,
    because: BECAUSE,
    reason: verbatim(BECAUSE),
  },
];
const unseen = (draw: (i: number, n: number) => number | null) => (i: number, n: number) =>
  i / n >= 35 / 60 && i / n < 45 / 60 ? null : draw(i, n);

/** Each panel with an incident, a restart and a blind period. */
export const TROUBLED: Readonly<Record<Panel, (nowMs: number) => PanelView>> = {
  "heartbeat-misses": (nowMs) => ({
    ...panel(nowMs, {
      panel: "heartbeat-misses",
      series: [
        {
          ...series(nowMs, "broker.clients.late", [
            { labels: { broker: "main" }, points: points(nowMs, unseen(during(0.86, 1, 2))) },
          ]),
          blind: blind(nowMs),
        },
        series(nowMs, "broker.heartbeat.ends", [
          {
            labels: { broker: "main" },
            points: points(
              nowMs,
              unseen((i) => (i === 60 || i === 150 ? 1 : 0)),
            ),
          },
        ]),
      ],
      rules: [rule("heartbeat-late", "client.heartbeat.missed", 1, 2)],
      alerts: [alert(nowMs, { startedMs: nowMs - 8 * MINUTE, firedMs: nowMs - 8 * MINUTE })],
      restarts: [{ atMs: nowMs - 40 * MINUTE, broker: "main" }],
    }),
  }),
  reconnects: (nowMs) =>
    panel(nowMs, {
      panel: "reconnects",
      series: [
        series(nowMs, "client.reconnects", [
          ...["php-worker", "billing@web-2", "scanner@media", "mailer", "api@web-1"].map((client, at) => ({
            labels: { broker: "main", client },
            points: points(nowMs, (i) => ((i + at * 5) % (17 + at * 9) === 0 ? 1 : 0)),
          })),
          { labels: { other: "12" }, points: points(nowMs, (i) => (i % 31 === 0 ? 2 : 0)) },
        ]),
        series(nowMs, "broker.sessions.unseen", [
          { labels: { broker: "main" }, points: points(nowMs, (i) => (i % 47 === 0 ? 3 : 0)) },
        ]),
      ],
      rules: [rule("client-flapping", "client.reconnects", 3, 6)],
      alerts: [
        alert(nowMs, {
          rule: "client-flapping",
          severity: "warning",
          state: "resolved",
          firedMs: nowMs - 30 * MINUTE,
          resolvedMs: nowMs - 20 * MINUTE,
        }),
      ],
      restarts: [{ atMs: nowMs - 40 * MINUTE, broker: "main" }],
    }),
  "retry-backlog": (nowMs) =>
    panel(nowMs, {
      panel: "retry-backlog",
      series: [
        series(nowMs, "jobs.retry.due", [
          {
            labels: { source: "bitmagnet", queue: "process_torrent" },
            points: points(nowMs, (i) => 5_200 + 40 * i, 300),
          },
        ]),
        series(nowMs, "jobs.retry.later", [
          { labels: { source: "bitmagnet", queue: "process_torrent" }, points: points(nowMs, wave(2_000, 400), 150) },
        ]),
        series(nowMs, "queue.retry.backlog", [
          {
            labels: { broker: "main", vhost: "/", queue: "mail.retry" },
            points: points(nowMs, unseen(wave(800, 300))),
          },
        ]),
      ],
      rules: [rule("retry-backlog", "jobs.retry.due", 100, 10_000)],
      alerts: [alert(nowMs, { rule: "retry-backlog", severity: "warning", firedMs: nowMs - 22 * MINUTE })],
    }),
  "runner-last-contact": (nowMs) =>
    panel(nowMs, {
      panel: "runner-last-contact",
      runners: [
        runner(nowMs, {
          name: "gpu-2",
          state: "silent",
          silenceSeconds: 372,
          jobsRunning: 2,
          because: "no-contact-with-work",
        }),
        runner(nowMs, { name: "gpu-1", state: "stuck", because: "progress-unchanged" }),
        runner(nowMs, {
          name: "cpu-3",
          state: "deaf",
          silenceSeconds: 900,
          limitSeconds: null,
          jobsRunning: 0,
          holding: [],
        }),
        runner(nowMs, { name: "live-1", state: "late", silenceSeconds: 48, limitSeconds: 60 }),
        runner(nowMs, { name: "runner-1" }),
        runner(nowMs, {
          name: "spare",
          state: "idle",
          silenceSeconds: 7_300,
          limitSeconds: null,
          jobsRunning: 0,
          holding: [],
        }),
        runner(nowMs, {
          name: "new",
          state: "unknown",
          silenceSeconds: null,
          limitSeconds: null,
          jobsRunning: 0,
          holding: [],
        }),
      ],
    }),
};

const flat = (nowMs: number, signal: string, labels: Readonly<Record<string, string>>) =>
  series(nowMs, signal, [{ labels, points: points(nowMs, () => 0) }]);

/** Each panel without incidents: measured, and zero. */
export const CALM: Readonly<Record<Panel, (nowMs: number) => PanelView>> = {
  "heartbeat-misses": (nowMs) =>
    panel(nowMs, {
      panel: "heartbeat-misses",
      series: [
        flat(nowMs, "broker.clients.late", { broker: "main" }),
        flat(nowMs, "broker.heartbeat.ends", { broker: "main" }),
      ],
    }),
  reconnects: (nowMs) =>
    panel(nowMs, { panel: "reconnects", rules: [rule("client-flapping", "client.reconnects", 3, 6)] }),
  "retry-backlog": (nowMs) =>
    panel(nowMs, {
      panel: "retry-backlog",
      series: [flat(nowMs, "jobs.retry.due", { source: "bitmagnet", queue: "process_torrent" })],
      rules: [rule("retry-backlog", "jobs.retry.due", 100, 10_000)],
    }),
  "runner-last-contact": (nowMs) =>
    panel(nowMs, {
      panel: "runner-last-contact",
      runners: [
        runner(nowMs),
        runner(nowMs, { name: "spare", state: "idle", jobsRunning: 0, holding: [], limitSeconds: null }),
      ],
    }),
};

/** A panel without any measurement. */
export const emptyOf = (name: Panel, nowMs: number): PanelView => panel(nowMs, { panel: name });
