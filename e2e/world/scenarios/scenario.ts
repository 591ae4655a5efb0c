/** Where a scenario is played: what of it is its own, and what it shares with the others. */
export interface Place {
  /** AMQP with credentials; in Lastbeat's configuration the broker is called "main". */
  readonly amqpUrl: string;
  /** An orderly restart of that broker; null where it is not ours to restart. */
  readonly restartBroker: (() => Promise<void>) | null;
  /** A database of its own on a real PostgreSQL, empty before `begin`. Superuser. */
  readonly databaseUrl: string;
  /** Free ports on 127.0.0.1 for the applications it plays, from this one up to `PORTS_EACH`. */
  readonly port: number;
}

export const PORTS_EACH = 2;

/** One turn of the story. Nothing turns by itself: the demo plays scenes by the clock, a test one by one. */
export interface ScenarioStep {
  readonly name: string;
  /** In the demo, this long after Lastbeat is ready. */
  readonly atSeconds: number;
  /** What happens in the world, and what Lastbeat should say of it. */
  readonly words: string;
  act(): Promise<void>;
}

export interface RunningScenario {
  readonly scenes: readonly ScenarioStep[];
  /** Ends everything it started, also after a scene that failed. */
  stop(): Promise<void>;
}

/** An incident one can watch: `npm run demo -- <name>`. */
export interface Scenario {
  readonly name: string;
  /** One sentence: what goes wrong. */
  readonly shows: string;
  /** Where to look in Lastbeat. */
  readonly page: string;
  /** What it cannot be played without, beside a PostgreSQL: any real broker, one it may restart, a Python with aio-pika. */
  readonly needs: readonly ("broker" | "restart" | "python")[];
  /** Lastbeat's configuration for it. */
  sources(place: Place): readonly object[];
  /** Built-in rules with seconds for thresholds, where minutes would be waited. */
  readonly rules: readonly object[];
  /** Settings of the broker's `clients`, with seconds as well. */
  readonly clients: object;
  /** Starts the healthy world; returns once it stands. */
  begin(place: Place): Promise<RunningScenario>;
}
