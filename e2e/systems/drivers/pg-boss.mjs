// Jobs of pg-boss in each state. Arguments: the directory in which pg-boss is installed.
import { library, readyUntilClosed } from "./library.mjs";

const loaded = await library(process.argv[2], "pg-boss");
const PgBoss = loaded.PgBoss ?? loaded.default;
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, supervise: false, schedule: false });
boss.on("error", console.error);
await boss.start();
await boss.createQueue("mail", { name: "mail", retryLimit: 2, retryDelay: 3_600 });

const send = (options = {}) => boss.send("mail", { secret: "s3cret" }, options);
async function running(options) {
  await send(options);
  const [job] = await boss.fetch("mail");
  return job.id;
}
const error = new Error("tmdb: 429 for job 7");
await boss.complete("mail", await running());
await boss.complete("mail", await running());
await boss.fail("mail", await running(), error);
await boss.fail("mail", await running({ retryLimit: 0 }), error);
await running();
await boss.cancel("mail", await send());
const again = await running({ retryDelay: 0 });
for (let n = 0; n < 4; n++) await send();
await send({ startAfter: 3_600 });
await boss.fail("mail", again, error);
readyUntilClosed();
