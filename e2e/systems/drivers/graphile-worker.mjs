// Jobs of Graphile Worker in each state. Arguments: the directory in which graphile-worker is installed.
import { library, readyUntilClosed } from "./library.mjs";

const { makeWorkerUtils, run, runOnce } = await library(process.argv[2], "graphile-worker");
const connectionString = process.env.DATABASE_URL;
const utils = await makeWorkerUtils({ connectionString });
await utils.migrate();

await utils.addJob("mail", { fail: false });
await utils.addJob("mail", { fail: true }, { maxAttempts: 1 });
await utils.addJob("mail", { fail: true }, { maxAttempts: 5 });
await runOnce({
  connectionString,
  taskList: {
    mail: async ({ fail }) => {
      if (fail) throw new Error("tmdb: 429 for job 7");
    },
  },
});
for (let n = 0; n < 4; n++) await utils.addJob("mail", {});
await utils.addJob("mail", {}, { runAt: new Date(Date.now() + 3_600_000) });
await utils.addJob("slow", {});
await run({
  connectionString,
  taskList: {
    slow: () => {
      readyUntilClosed();
      return new Promise(() => {});
    },
  },
});
