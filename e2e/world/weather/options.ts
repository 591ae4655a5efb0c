import { randomInt } from "node:crypto";

const MINUTES_DEFAULT = 60;

export interface WeatherOptions {
  /** Calm weather lasts this long. */
  readonly calmMinutes: number;
  /** The order of the failures. */
  readonly seed: number;
  /** Ids of failures; null: all. */
  readonly failures: readonly string[] | null;
  /** Cron jobs, rolling updates and restarts are this many times as frequent. */
  readonly hurry: number;
  /** The folder of another system whose RabbitMQ is used (`startBroker`); null: this system's. */
  readonly root: string | null;
}

/** The options of `npm run weather`, from the environment. Throws on a number that is none. */
export function readOptions(env: NodeJS.ProcessEnv): WeatherOptions {
  const failures = env.LASTBEAT_WEATHER_FAILURES ?? "";
  return {
    calmMinutes: numberOf(env, "LASTBEAT_WEATHER_MINUTES") ?? MINUTES_DEFAULT,
    seed: numberOf(env, "LASTBEAT_WEATHER_SEED") ?? randomInt(1_000_000),
    failures: failures === "" ? null : failures.split(","),
    hurry: numberOf(env, "LASTBEAT_WEATHER_HURRY") ?? 1,
    root: env.LASTBEAT_WEATHER_RABBITMQ_ROOT || null,
  };
}

function numberOf(env: NodeJS.ProcessEnv, name: string): number | null {
  const text = env[name] ?? "";
  if (text === "") return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name}: not a number: ${text}`);
  return value;
}
