import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { FindingView, GroupView, QueuesView, QueueView } from "@/lib/views/queues/schema";

const LONG = "media.transcoding.high-priority.video-on-demand.hls.requests";

const queue = (name: string, of: Partial<QueueView> = {}): QueueView => ({
  ...{ broker: "main", vhost: "/", name, own: false, role: "work", roleBecause: "consumed" },
  ...{ perMinute: 0, drain: { is: "steady" } as const },
  ...{ ready: 0, unacked: 0, consumers: 2, rates: { publish: 3.2, deliver: 3.2, ack: 3.1 } },
  ...{
    oldestMessageSeconds: null,
    retriesInto: null,
    type: "quorum",
    state: "running",
    messageTtlMs: null,
    delayed: null,
  },
  ...{ feeds: [], fedBy: [], standing: null, findings: [] },
  ...of,
});

const finding = (of: Pick<FindingView, "kind" | "queues" | "severity"> & Partial<FindingView>): FindingView => ({
  ...{ id: of.queues.join(), broker: "main", vhost: "/", inferred: false, sinceMs: null },
  evidence: {
    ...{ ready: 12_400, ttlMs: MINUTE, oldestMessageSeconds: 900 },
    ...{ standsSeconds: 640, exchange: "orders.dlx", routingKey: null },
  },
  ...of,
});

const found = (severity: "warning" | "critical", kind: FindingView["kind"]) => ({
  standing: { is: "finding", severity, kind } as const,
  findings: [kind],
});

const into = (name: string) => ({ queue: name, exchange: "", routingKey: name, sure: true });

const items: readonly QueueView[] = [
  queue("encode", { state: "down", standing: { is: "down", severity: "critical", kind: null }, consumers: null }),
  queue("round.a", {
    ...{ broker: "eu-west", ready: 12_400, consumers: 0, feeds: [into("round.b")] },
    ...found("critical", "loop-without-consumer"),
  }),
  queue("round.b", { broker: "eu-west", consumers: 0, ...found("critical", "loop-without-consumer") }),
  queue(`${LONG}.dead`, {
    ...{ role: "dead-letter", roleBecause: "dead-letter-target", ready: 31, consumers: 0 },
    ...{ rates: { publish: null, deliver: null, ack: null }, ...found("warning", "dead-letter-unread") },
  }),
  queue("backlog", { ready: 48_200, unacked: 40, perMinute: 340, drain: { is: "growing" } }),
  queue("batch", { ready: 9_000, unacked: 40, perMinute: -600, drain: { is: "draining", seconds: 900 } }),
  queue("unread", { ready: 7, consumers: 0, standing: { is: "waiting", severity: "warning", kind: null } }),
  queue(LONG, { feeds: [into(`${LONG}.dead`)], unacked: 12, oldestMessageSeconds: 41 }),
  queue("mail.retry", { role: "retry", roleBecause: "ttl-returns-to-cycle", messageTtlMs: 30 * SECOND, consumers: 0 }),
];

const member = ({ name, role, ready, consumers, standing, findings }: QueueView) => ({
  ...{ name, role, ready, consumers, standing, findings },
});

const group = (broker: string, names: readonly string[], ways: readonly (readonly [string, string])[]): GroupView => ({
  ...{ broker, vhost: "/", more: 0 },
  queues: items.filter(({ name }) => names.includes(name)).map(member),
  ways: ways.map(([from, to]) => ({ from, to, sure: true })),
});

const view = (nowMs: number, of: Partial<QueuesView> = {}): QueuesView => ({
  ...{ asOfMs: nowMs, items: [], next: null, matching: 0, total: 0, down: 0, vhosts: ["/"], findings: [], groups: [] },
  ...{ blind: [], withoutTopology: [], backlog: { retry: null, deadLetter: null } },
  ...of,
});

const troubled = (nowMs: number): QueuesView =>
  view(nowMs, {
    ...{ items: [...items], matching: items.length, total: 140, down: 1, backlog: { retry: 12_400, deadLetter: 31 } },
    findings: [
      finding({
        sinceMs: nowMs - 12 * MINUTE,
        kind: "loop-without-consumer",
        severity: "critical",
        queues: ["round.a", "round.b"],
      }),
      finding({ kind: "head-blocked", severity: "critical", queues: ["mail.retry"], inferred: true }),
      finding({ kind: "dead-letter-unread", severity: "warning", queues: [`${LONG}.dead`] }),
      finding({ kind: "exchange-missing", severity: "warning", queues: ["invoices"] }),
    ],
    groups: [
      group(
        "eu-west",
        ["round.a", "round.b"],
        [
          ["round.a", "round.b"],
          ["round.b", "round.a"],
        ],
      ),
      group("main", [LONG, `${LONG}.dead`], [[LONG, `${LONG}.dead`]]),
    ],
  });

const calm = (nowMs: number): QueuesView =>
  view(nowMs, { items: items.slice(-2), matching: 2, total: 2, backlog: { retry: 0, deadLetter: null } });

const blind = (nowMs: number): QueuesView => view(nowMs, { blind: [{ broker: "main", sinceMs: nowMs - 40 * MINUTE }] });

export const QUEUES = { troubled, calm, blind, none: view } as const;
