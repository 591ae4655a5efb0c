/** The environment of a scenario: its own database and ports, and the broker that it shares with other scenarios. */
export interface Place {
  /** AMQP URL with credentials; in Lastbeat's configuration the broker is named "main". */
  readonly amqpUrl: string;
  /** Restarts that broker in an orderly fashion; null if it is not ours to restart. */
  readonly restartBroker: (() => Promise<void>) | null;
  /** A separate database on a real PostgreSQL, empty before `begin`. Superuser. */
  readonly databaseUrl: string;
  /** The first of `PORTS_EACH` free ports on 127.0.0.1 for the simulated applications. */
  readonly port: number;
}

export const PORTS_EACH = 2;

/** One step of the timeline. No step runs by itself: the demo plays them by time, a test one by one. */
export interface ScenarioStep {
  readonly name: string;
  /** In the demo: seconds after Lastbeat is ready. */
  readonly atSeconds: number;
  /** What happens, and what Lastbeat should report. */
  readonly words: string;
  act(): Promise<void>;
}

export interface RunningScenario {
  readonly scenes: readonly ScenarioStep[];
  /** Stops everything it started, also after a failed scene. */
  stop(): Promise<void>;
}

/** An incident to watch: `npm run demo -- <name>`. */
export interface Scenario {
  readonly name: string;
  /** One sentence that describes the incident. */
  readonly shows: string;
  /** The Lastbeat page that shows the incident. */
  readonly page: string;
  /** Requirements beside a PostgreSQL: any real broker, one that it may restart, a Python with aio-pika. */
  readonly needs: readonly ("broker" | "restart" | "python")[];
  /** Lastbeat's `sources` for this scenario. */
  sources(place: Place): readonly object[];
  /** Built-in rules with thresholds of seconds instead of minutes. */
  readonly rules: readonly object[];
  /** The `clients` settings of the broker, with seconds too. */
  readonly clients: object;
  /** Starts the healthy applications; resolves once they are running. */
  begin(place: Place): Promise<RunningScenario>;
}
