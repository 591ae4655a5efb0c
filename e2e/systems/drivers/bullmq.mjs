// Jobs of BullMQ in each state, and what its own counts say of them.

import { library, readyUntilClosed } from "./library.mjs";

const { Queue, Worker } = await library(process.argv[2], "bullmq");
const url = new URL(process.env.DATABASE_URL);
const connection = { host: url.hostname, port: Number(url.port), maxRetriesPerRequest: null };
const HOUR = 3_600_000;

const emails = new Queue("emails", { connection });
const paused = new Queue("paused", { connection });
const secret = { to: "s3cret" };
for (let number = 0; number < 4; number++) await emails.add("later", secret, { delay: HOUR });
for (let number = 0; number < 3; number++) await emails.add("good", secret, { priority: 5 });
for (let number = 0; number < 2; number++) await emails.add("bad", secret);
const backoff = { type: "fixed", delay: HOUR };
for (let number = 0; number < 2; number++) await emails.add("bad", secret, { attempts: 3, backoff });
await paused.pause();
for (let number = 0; number < 3; number++) await paused.add("good", secret);

const worker = new Worker(
  "emails",
  async ({ name }) => {
    if (name === "bad") throw new Error("tmdb: 429 for job 7");
    if (name === "slow") await new Promise((resolve) => setTimeout(resolve, HOUR));
  },
  { connection, name: "transcoder", concurrency: 1 },
);
const until = async (check) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 100));
};
await until(async () => (await emails.getJobCounts("completed", "failed", "delayed")).delayed === 6);
await until(async () => (await emails.getJobCounts("failed")).failed === 2);
await emails.add("slow", secret);
await until(async () => (await emails.getJobCounts("active")).active === 1);
// One worker runs one job: these wait.
for (let number = 0; number < 5; number++) await emails.add("good", secret);

const own = await Promise.all(
  [emails, paused].map(async (queue) => {
    const counts = await queue.getJobCounts(
      "waiting",
      "paused",
      "prioritized",
      "active",
      "delayed",
      "failed",
      "completed",
    );
    return {
      queue: queue.name,
      queued: counts.waiting + counts.paused + counts.prioritized,
      running: counts.active,
      delayed: counts.delayed,
      failed: counts.failed,
      done: counts.completed,
    };
  }),
);
console.log(`OWN ${JSON.stringify(own)}`);
worker.on("error", () => {});
readyUntilClosed();
