import "server-only";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { generatePassword, hashPassword, StoredPassword } from "@/lib/access/auth/password";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import { movedAlerts } from "@/lib/alerts/engine/moved-alerts";
import { rulesInForce } from "@/lib/alerts/engine/rules-in-force";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { Stoppable } from "@/lib/base/concurrency/loop";
import { keyedMutex } from "@/lib/base/concurrency/mutex";
import { messageOf } from "@/lib/base/errors/message";
import { createLog, type Log } from "@/lib/base/log/log";
import { redactUrls } from "@/lib/base/log/redact";
import { openDatabase } from "@/lib/base/postgres/connect";
import { SECOND } from "@/lib/base/time/duration";
import { trustAuthorities } from "@/lib/base/tls/trust";
import { firstMemory } from "@/lib/collector/broker/memory";
import { pollBroker } from "@/lib/collector/broker/poll-broker";
import { resumeBrokerMemory } from "@/lib/collector/broker/stored-memory";
import { maintain } from "@/lib/collector/maintenance";
import { type Runtime, setRuntime } from "@/lib/collector/runtime";
import { signedWebhooks } from "@/lib/collector/signed-webhooks";
import { pollSource } from "@/lib/collector/source/poll-source";
import { endUnwatched } from "@/lib/collector/tick/end-unwatched";
import { failedTick, noHealth, publish } from "@/lib/collector/tick/health";
import {
  emptyNotifications,
  notificationSettings,
  restoreNotifications,
  startNotificationLoop,
} from "@/lib/collector/tick/notifications";
import { restoreWindowStates } from "@/lib/collector/tick/restore-window-states";
import { updateScope } from "@/lib/collector/tick/scope-state";
import { watchWebhooks } from "@/lib/collector/tick/watch-webhooks";
import { createTimings } from "@/lib/collector/timings";
import { startWatchdog } from "@/lib/collector/watchdog";
import { type Config, readConfig } from "@/lib/config/read-config";
import { createDeliverer } from "@/lib/notifications/delivery/deliver";
import { foldingRules } from "@/lib/rabbitmq/clients/folding-rules";
import { refoldStored } from "@/lib/rabbitmq/clients/refold-stored";
import { loadOpenAlerts, saveAlerts } from "@/lib/storage/alerts/alerts";
import { lastEvaluatedAt, loadPendingStates } from "@/lib/storage/alerts/pending-states";
import { loadPageRules } from "@/lib/storage/alerts/rules";
import { loadAliases, moveAliases } from "@/lib/storage/client-aliases";
import type { Database } from "@/lib/storage/database";
import { deliveryStore } from "@/lib/storage/delivery-store";
import { loadMemory } from "@/lib/storage/memories";
import { loadConsumedQueues } from "@/lib/storage/rabbitmq/consumed-queues";
import { loadBroker } from "@/lib/storage/rabbitmq/sessions";
import { applyRetention } from "@/lib/storage/samples/retention";
import { migrate } from "@/lib/storage/schema/migrate";
import { getSetting, setSetting } from "@/lib/storage/settings";

/** Starts everything that runs beside the pages. An error in the configuration or the database ends the process. */
export async function start(): Promise<void> {
  const runtime = await boot().catch((cause: unknown) => {
    const message = messageOf(cause);
    process.stderr.write(`Lastbeat cannot start:\n${redactUrls(message)}\n`);
    process.exit(1);
  });
  await endUnwatched(runtime, Date.now()).catch((cause: unknown) =>
    failedTick(runtime, "alerts of what is gone", cause),
  );
  const loops = [
    maintain(runtime),
    startNotificationLoop(runtime),
    ...runtime.config.brokers.map((broker) => pollBroker(runtime, broker)),
    ...runtime.config.sources.map((source) => pollSource(runtime, source)),
    watchWebhooks(runtime),
    ...runtime.config.heartbeats.map((heartbeat) => startWatchdog(runtime, heartbeat)),
  ];
  endWithSignals(runtime, loops);
  const { brokers, sources, webhooks } = runtime.config;
  const counts = { brokers: brokers.length, sources: sources.length, webhooks: webhooks.length };
  runtime.log("info", "Lastbeat is collecting", { ...counts, database: runtime.database.engine });
  if (!(await runtime.database.alone())) {
    runtime.log("warn", "another Lastbeat seems to use this database: each of them polls and tells; run one only");
  }
}

async function boot(): Promise<Runtime> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  trustAuthorities(config.caFiles);
  const { databaseUrl, dataDir } = config;
  const database: Database = await openDatabase({ databaseUrl, dataDir, log });
  const { db } = database;
  await migrate(db);
  await applyRetention(db, Date.now());
  const secret = config.secret ?? (await storedSecret(database));
  const password = await storedPassword(config, database);
  const webhooks = await signedWebhooks(config.webhooks, secret, database);
  const deliverer = createDeliverer({
    db,
    webhooks,
    store: deliveryStore(db),
    log,
    now: Date.now,
    alone: () => database.alone(),
  });
  await deliverer.start();
  const { rules, off } = await pageRules(database, log);
  const runtime: Runtime = {
    config,
    database,
    log,
    accessSecrets: { secret, passwordMark: password.hash.slice(0, 16), apiToken: config.apiToken },
    password,
    embeds: { secret: config.embeds.secret ?? secret, origins: config.embeds.origins },
    rules: rulesInForce(BUILT_IN_RULES, config.rules, rules),
    rulesOff: off,
    webhooks,
    deliverer,
    startedMs: Date.now(),
    startedSteadyMs: performance.now(),
    brokers: new Map(),
    aliases: new Map(),
    sources: new Map(),
    scopes: new Map(),
    notifications: emptyNotifications(),
    notificationSettings: notificationSettings(config),
    pings: new Map(),
    health: noHealth(),
    timings: createTimings(),
    listingStrategies: new Map(),
    subscribers: new Set(),
    serialize: keyedMutex(),
    wrongPasswordsMs: [],
    stopping: false,
  };
  await restore(runtime);
  setRuntime(runtime);
  return runtime;
}

/** Restores what the last run stored: clients and sessions of each broker; open alerts and notifications by scope. */
async function restore(runtime: Runtime): Promise<void> {
  const nowMs = Date.now();
  let open = await loadOpenAlerts(runtime.database.db);
  for (const broker of runtime.config.brokers) {
    const loaded = await loadBroker(runtime.database.db, broker.id, nowMs);
    const { moved, ...stored } = refoldStored(loaded, {
      strip: broker.clients.strip,
      fold: foldingRules(broker.clients.fold),
    });
    await moveAliases(runtime.database.db, moved);
    const movedTo = movedAlerts(open, { moved, clients: stored.clients });
    await saveAlerts(runtime.database.db, movedTo);
    const byId = new Map(movedTo.map((alert) => [alert.id, alert]));
    open = open.map((alert) => byId.get(alert.id) ?? alert);
    const everConsumed = await loadConsumedQueues(runtime.database.db, broker.id);
    const first = firstMemory(broker.id, broker.pollSeconds * SECOND, nowMs, {
      ...{ ...stored, everConsumed },
      alerted: open.flatMap(({ labels }) =>
        labels.broker === broker.id && labels.queue !== undefined ? [labels] : [],
      ),
    });
    const learned = await loadMemory(runtime.database.db, `broker:${broker.id}`);
    runtime.brokers.set(broker.id, resumeBrokerMemory(first, learned?.text ?? null));
  }
  runtime.aliases = await loadAliases(runtime.database.db);
  const scopes = Map.groupBy(open, ({ labels }) => scopeOf(labels));
  for (const [scope, windows] of await restoreWindowStates(runtime.database.db, runtime.rules, nowMs)) {
    updateScope(runtime.scopes, scope, { windows });
  }
  const holds = await loadPendingStates(runtime.database.db);
  const judgedMs = await lastEvaluatedAt(runtime.database.db);
  for (const [scope, alerts] of scopes) {
    updateScope(runtime.scopes, scope, { alerts: fromStored(alerts, judgedMs.get(scope) ?? null, holds) });
  }
  await restoreNotifications(runtime, nowMs);
}

async function pageRules({ db }: Database, log: Log): ReturnType<typeof loadPageRules> {
  const loaded = await loadPageRules(db);
  for (const { id, because } of loaded.off) log("warn", `rule ${id} made in the page is off: ${because}`, { rule: id });
  return loaded;
}

const SECRET_BYTES = 32;

async function storedSecret(database: Database): Promise<string> {
  const stored = await getSetting(database.db, "secret", z.string());
  if (stored !== null) return stored;
  const made = randomBytes(SECRET_BYTES).toString("base64url");
  await setSetting(database.db, "secret", made);
  return made;
}

/** A password of the environment is hashed at each start; without one a password is generated and printed once. */
async function storedPassword(config: Config, database: Database): Promise<StoredPassword> {
  if (config.adminPassword !== null) return hashPassword(config.adminPassword);
  const stored = await getSetting(database.db, "admin.password", StoredPassword);
  if (stored !== null) return stored;
  const password = generatePassword();
  const made = await hashPassword(password);
  await setSetting(database.db, "admin.password", made);
  process.stdout.write(`\n  Sign in with this password; it is shown only this once:  ${password}\n\n`);
  return made;
}

/** The limit of a stop; then the process ends anyway, and the transaction in progress is rolled back. */
const STOP_WITHIN_MS = 20_000;

function endWithSignals(runtime: Runtime, loops: readonly Stoppable[]): void {
  const end = () => {
    if (runtime.stopping) return;
    runtime.stopping = true;
    runtime.log("info", "stopping: the tick in progress is finished first");
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    stop(runtime, loops).then(
      () => process.exit(0),
      (cause: unknown) => {
        runtime.log("error", "the stop was not clean", { detail: messageOf(cause) });
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

async function stop(runtime: Runtime, loops: readonly Stoppable[]): Promise<void> {
  // An empty list of topics tells the streams to close: an open one would keep the server from ending.
  publish(runtime, []);
  await Promise.all(loops.map((loop) => loop.stop()));
  await runtime.deliverer.stop();
  await runtime.database.close();
}
