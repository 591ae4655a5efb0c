/** The demo's clients. All request heartbeats of 20 s, so that a frozen one is late and closed within a minute. */
export const HEARTBEAT_SECONDS = 20;

export interface DemoClient {
  readonly name: string;
  readonly library: "amqplib" | "rabbitmq-client";
  readonly queue: string;
  readonly publishEveryMs: number;
  readonly rejectEvery: number;
  readonly flapEveryMs: number;
}

const steady = { library: "amqplib", publishEveryMs: 1_000, rejectEvery: 0, flapEveryMs: 0 } as const;

export const FREEZES = "scanner@nas-1";
export const VANISHES = "thumbnails@gpu-1";
export const FLAPS = "php-jobs@web-3";

export const DEMO_CLIENTS: readonly DemoClient[] = [
  { ...steady, name: "api@web-1", queue: "orders" },
  { ...steady, name: "api@web-2", queue: "orders", library: "rabbitmq-client" },
  { ...steady, name: "billing@worker-1", queue: "billing", publishEveryMs: 2_500 },
  { ...steady, name: "mailer@worker-1", queue: "mail", rejectEvery: 4 },
  { ...steady, name: "search@indexer-1", queue: "search", library: "rabbitmq-client", publishEveryMs: 400 },
  { ...steady, name: "reports@cron-1", queue: "reports", publishEveryMs: 0 },
  { ...steady, name: FREEZES, queue: "scans", publishEveryMs: 2_000 },
  { ...steady, name: VANISHES, queue: "thumbnails", publishEveryMs: 3_000 },
  { ...steady, name: FLAPS, queue: "php", publishEveryMs: 0, flapEveryMs: 20_000 },
];

/** Clients without incidents, so that a scenario's incident is easy to see among them. */
export const CALM_CLIENTS: readonly DemoClient[] = DEMO_CLIENTS.filter(
  ({ name, rejectEvery }) => rejectEvery === 0 && ![FREEZES, VANISHES, FLAPS].includes(name),
);

/** Rejected messages wait in this queue for 30 s and then return to their original queue. */
export const RETRY = { queue: "mail.retry", of: "mail", delayMs: 30_000 } as const;
