import { keyedMutex } from "@/lib/base/concurrency/mutex";
import type { Runtime } from "@/lib/collector/runtime";
import { noHealth } from "@/lib/collector/tick/health";
import { emptyNotifications, notificationSettings } from "@/lib/collector/tick/notifications";
import { createTimings } from "@/lib/collector/timings";
import { readConfig } from "@/lib/config/read-config";
import { FileConfig } from "@/lib/config/schema";

/** A runtime without any target, which delivers nothing. */
export const testRuntime = (part: Pick<Runtime, "database"> & Partial<Runtime>): Runtime => ({
  config: readConfig({}),
  log: () => {},
  accessSecrets: { secret: "", passwordMark: "", apiToken: null },
  password: { salt: "", hash: "" },
  embeds: { secret: "", origins: [] },
  rules: [],
  webhooks: [],
  deliverer: {
    start: async () => {},
    stop: async () => {},
    nudge: () => {},
    quietMs: () => null,
  },
  rulesOff: [],
  startedMs: 0,
  startedSteadyMs: 0,
  brokers: new Map(),
  aliases: new Map(),
  sources: new Map(),
  scopes: new Map(),
  notifications: emptyNotifications(),
  notificationSettings: notificationSettings(FileConfig.parse({})),
  pings: new Map(),
  health: noHealth(),
  timings: createTimings(),
  listingStrategies: new Map(),
  subscribers: new Set(),
  serialize: keyedMutex(),
  wrongPasswordsMs: [],
  stopping: false,
  ...part,
});
