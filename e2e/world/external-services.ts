import { randomBytes } from "node:crypto";
import pg from "pg";
import { type Broker, startBroker } from "./broker.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

/** The broker of LASTBEAT_TEST_BROKER_URL (a management URL with credentials), else a private one. */
export async function openBroker(): Promise<Broker> {
  const managementUrl = named("LASTBEAT_TEST_BROKER_URL");
  if (managementUrl === null) return await startBroker();
  const refuse = (): Promise<never> =>
    Promise.reject(new Error("a broker that was given to us is not ours to command"));
  return {
    managementUrl,
    amqpUrl: named("LASTBEAT_TEST_AMQP_URL") ?? amqpBeside(managementUrl),
    metricsUrl: named("LASTBEAT_TEST_METRICS_URL") ?? metricsBeside(managementUrl),
    pid: () => {
      throw new Error("a broker that was given to us may run on another machine");
    },
    stop: () => Promise.resolve(),
    kill: () => Promise.resolve(),
    restart: refuse,
    ctl: refuse,
    alarm: refuse,
  };
}

/** An empty database on the server of LASTBEAT_TEST_DATABASE_URL, dropped at the end; else a private PostgreSQL. */
export async function openPostgres(): Promise<Postgres> {
  const server = named("LASTBEAT_TEST_DATABASE_URL");
  if (server === null) return await startPostgres();
  const made: string[] = [];
  const createDatabase = async (name: string): Promise<string> => {
    const unique = `${name}_${randomBytes(4).toString("hex")}`;
    await command(server, `CREATE DATABASE ${pg.escapeIdentifier(unique)}`);
    made.push(unique);
    const url = new URL(server);
    url.pathname = `/${unique}`;
    return url.href;
  };
  return {
    url: await createDatabase("lastbeat_test"),
    createDatabase,
    async stop() {
      for (const name of made) await command(server, `DROP DATABASE ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    },
  };
}

/** The AMQP URL at RabbitMQ's default port on the same host, with the credentials of the management URL. */
export function amqpBeside(managementUrl: string): string {
  const url = new URL(managementUrl);
  return `amqp://${url.username}:${url.password}@${url.hostname}:5672`;
}

const metricsBeside = (managementUrl: string): string => `http://${new URL(managementUrl).hostname}:15692`;

function named(name: string): string | null {
  const value = process.env[name] ?? "";
  return value === "" ? null : value;
}

async function command(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}
