import "server-only";
import type { StoredPassword } from "@/lib/access/auth/password";
import type { AccessSecrets } from "@/lib/access/auth/session";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Serialize } from "@/lib/base/concurrency/mutex";
import type { Log } from "@/lib/base/log/log";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { SourceMemory } from "@/lib/collector/source/memory";
import type { Health, Subscriber } from "@/lib/collector/tick/health";
import type { NotificationSettings, NotificationsState } from "@/lib/collector/tick/notifications";
import type { ScopeState } from "@/lib/collector/tick/scope-state";
import type { Timings } from "@/lib/collector/timings";
import type { Config } from "@/lib/config/read-config";
import type { Deliverer } from "@/lib/notifications/delivery/deliver";
import type { PingState } from "@/lib/notifications/delivery/liveness";
import type { Webhook } from "@/lib/notifications/formats/webhook";
import type { ListingStrategy } from "@/lib/rabbitmq/api/listing-strategy";
import type { Aliases } from "@/lib/rabbitmq/clients/display-name";
import type { RuleOff } from "@/lib/storage/alerts/rules";
import type { Database } from "@/lib/storage/database";

/** What is settled at the start. */
interface RuntimeSettings {
  readonly config: Config;
  readonly accessSecrets: AccessSecrets;
  readonly password: StoredPassword;
  readonly embeds: { readonly secret: string; readonly origins: readonly string[] };
  readonly webhooks: readonly Webhook[];
  readonly notificationSettings: NotificationSettings;
  readonly startedMs: number;
  /** The same instant on the steady clock, which is never set. */
  readonly startedSteadyMs: number;
}

/** What changes while the process runs. Values are replaced as wholes, so that a reader never sees half a change. */
interface RuntimeState {
  /** In force; replaced when a rule is made, changed or deleted in the page. */
  rules: readonly Rule[];
  /** Rules made in the page that this version cannot evaluate. */
  rulesOff: readonly RuleOff[];
  readonly brokers: Map<string, BrokerMemory>;
  /** Aliases that were set on pages or by the API, by the id of their client; replaced when one changes. */
  aliases: Aliases;
  readonly sources: Map<string, SourceMemory>;
  readonly scopes: Map<string, ScopeState>;
  readonly notifications: NotificationsState;
  /** What the last ping of each watchdog said, by its id. */
  readonly pings: Map<string, PingState>;
  /** How the connections of each broker are listed at present. */
  readonly listingStrategies: Map<string, ListingStrategy>;
  readonly health: Health;
  wrongPasswordsMs: readonly number[];
  stopping: boolean;
}

/** What does the work. */
interface RuntimeServices {
  readonly database: Database;
  readonly log: Log;
  readonly deliverer: Deliverer;
  /** How long ticks take, and how late the event loop is. */
  readonly timings: Timings;
  /** Called with the topics of each tick that was saved. */
  readonly subscribers: Set<Subscriber>;
  /** What changes the state of one scope takes turns: each starts from what the one before has saved. */
  readonly serialize: Serialize<string>;
}

/**
 * The running instance. Only the composition root (`start.ts`) and the route handlers hold it; everything else takes the
 * part it needs. Instrumentation and route handlers are separate module instances in Next, so it is one symbol on
 * globalThis.
 */
export interface Runtime extends RuntimeSettings, RuntimeState, RuntimeServices {}

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
