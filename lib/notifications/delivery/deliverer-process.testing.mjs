import { registerHooks } from "node:module";

/**
 * A process of its own that delivers from the database in the first argument to the webhook "ops" at the URL in the
 * second one, until it is killed or its standard input ends.
 */
const root = new URL("../../../", import.meta.url);
const urlOf = (specifier) => {
  if (specifier.startsWith("@/")) return new URL(`${specifier.slice(2)}.ts`, root).href;
  return specifier === "server-only" ? new URL("node_modules/server-only/empty.js", root).href : specifier;
};
registerHooks({ resolve: (specifier, context, next) => next(urlOf(specifier), context) });

const { openDatabase } = await import("../../base/postgres/connect.ts");
const { deliveryStore } = await import("../../storage/delivery-store.ts");
const { createDeliverer } = await import("./deliver.ts");
const { aWebhook } = await import("./webhooks.testing.ts");

const [, , databaseUrl = "", url = ""] = process.argv;
const report = (level, message, data) => process.stderr.write(`${level} ${message} ${JSON.stringify(data ?? {})}\n`);
const database = await openDatabase({ databaseUrl, dataDir: "", log: report });
const deliverer = createDeliverer({
  db: database.db,
  webhooks: [aWebhook(url)],
  store: deliveryStore(database.db),
  log: report,
  now: Date.now,
  alone: () => database.alone(),
});
await deliverer.start();
process.stdout.write("delivering\n");
process.stdin.resume();
process.stdin.on("end", async () => {
  await deliverer.stop();
  await database.close();
});
