import "server-only";
import type { StoredPassword } from "@/lib/access/auth/password";
import type { AccessSecrets } from "@/lib/access/auth/session";
import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import type { WindowState } from "@/lib/alerts/engine/window-state";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Log } from "@/lib/base/log/log";
import type { BrokerMemory } from "@/lib/collector/memory";
import type { NotificationSettings, NotificationsState } from "@/lib/collector/notifications";
import type { SourceMemory } from "@/lib/collector/source-tick";
import type { Timings } from "@/lib/collector/timings";
import type { Config } from "@/lib/config/read-config";
import type { Deliverer } from "@/lib/notifications/delivery/deliver";
import type { PingState } from "@/lib/notifications/delivery/liveness";
import type { Webhook } from "@/lib/notifications/formats/webhook";
import type { ListingStrategy } from "@/lib/rabbitmq/api/listing-strategy";
import type { Database } from "@/lib/storage/database";

/**
 * The live state of the process. Instrumentation and route handlers are separate module instances in Next, so it
 * stands under one symbol on globalThis and nowhere else.
 */
export interface Runtime {
  readonly config: Config;
  readonly database: Database;
  readonly log: Log;
  readonly gate: AccessSecrets;
  readonly password: StoredPassword;
  readonly embeds: { readonly secret: string; readonly origins: readonly string[] };
  /** In force; replaced as a whole when a rule is made, changed or deleted in the page. */
  rules: readonly Rule[];
  readonly webhooks: readonly Webhook[];
  readonly deliverer: Deliverer;
  readonly startedMs: number;
  /** The same instant on the steady clock, which nobody sets. */
  readonly startedSteadyMs: number;
  /** Replaced as wholes once a tick is kept; readers never see half a tick. */
  readonly brokers: Map<string, BrokerMemory>;
  readonly sources: Map<string, SourceMemory>;
  /** Alert memory by scope: `broker:<id>` or `source:<id>`. */
  readonly alerts: Map<string, AlertMemory>;
  /** What rules about rates, forecasts and absences remember, by scope. */
  readonly lookbacks: Map<string, WindowState>;
  /** Who was told what, and what keeps it from being told. */
  readonly notices: NotificationsState;
  readonly noticeSettings: NotificationSettings;
  /** When each scope's last tick was kept, on the steady clock. */
  readonly kept: Map<string, number>;
  /** What each dead man's switch was last told. */
  readonly beats: Map<string, PingState>;
  /** How many instances these rules do not follow for want of room, by scope; absent: none. */
  readonly leftOut: Map<string, number>;
  /** What the process itself counts, for /metrics and readiness. */
  readonly health: Health;
  /** How long its ticks take and how late its event loop is. */
  readonly timings: Timings;
  /** How each broker's connections are asked for at present. */
  readonly ways: Map<string, ListingStrategy>;
  /** Called with topics after each tick that was kept. */
  readonly listeners: Set<(topics: readonly string[]) => void>;
  wrongPasswordsMs: readonly number[];
  stopping: boolean;
}

export interface Health {
  ticks: number;
  ticksFailed: number;
  /** When the last tick was kept; null before the first. */
  lastKeptMs: number | null;
  /** What fails since when, and why, by what it is of: a tick that was kept takes it out again. */
  readonly failing: Map<string, Failing>;
}

/** `because` is what the database or the tick itself said. */
export interface Failing {
  readonly sinceMs: number;
  readonly because: string;
}

const KEY = Symbol.for("lastbeat");

/** The running instance. Throws before it has started. */
export function runtime(): Runtime {
  const found: unknown = Reflect.get(globalThis, KEY);
  if (!isRuntime(found)) throw new Error("Lastbeat has not started yet");
  return found;
}

export const setRuntime = (value: Runtime): void => {
  Reflect.set(globalThis, KEY, value);
};

const isRuntime = (value: unknown): value is Runtime =>
  typeof value === "object" && value !== null && "brokers" in value;
