import { chownSync, copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Broker, startBroker } from "@/e2e/world/broker";
import { freePorts } from "@/e2e/world/ports";
import { type Postgres, startPostgres } from "@/e2e/world/postgres";
import { renderReason, renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { openDatabase } from "@/lib/base/postgres/connect";
import { type Authority, createAuthority, type Issued } from "@/lib/base/tls/authority.testing";
import type { TlsFiles } from "@/lib/base/tls/trust";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";
import { createPush } from "@/lib/rabbitmq/events/push";
import { schemaSql } from "@/lib/sources/adapters/databases.testing";
import { createSqlReader } from "@/lib/sources/reading/sql-reader";

const STARTED_WITHIN_MS = 120_000;
const UNTRUSTED = /its certificate is of an authority that is not trusted here .* caFile/;

let ours: Authority;
let foreign: Authority;
let server: Issued;
let client: Issued;
beforeAll(() => {
  ours = createAuthority();
  foreign = createAuthority("Another authority");
  server = ours.issue(["localhost", "127.0.0.1"]);
  client = ours.issue(["lastbeat"]);
});
afterAll(() => {
  ours.remove();
  foreign.remove();
});

describe("a RabbitMQ whose certificates are of a private authority", () => {
  let broker: Broker;
  let ports: { readonly amqp: number; readonly management: number; readonly metrics: number };
  beforeAll(async () => {
    const base = await freePorts(3);
    ports = { amqp: base, management: base + 1, metrics: base + 2 };
    const files = (prefix: string) => [
      `${prefix}.cacertfile = ${ours.caFile}`,
      `${prefix}.certfile = ${server.certFile}`,
      `${prefix}.keyfile = ${server.keyFile}`,
    ];
    broker = await startBroker({
      extraConf: [
        `listeners.ssl.1 = 127.0.0.1:${ports.amqp}`,
        ...files("ssl_options"),
        "ssl_options.verify = verify_peer",
        "ssl_options.fail_if_no_peer_cert = true",
        "management.ssl.ip = 127.0.0.1",
        `management.ssl.port = ${ports.management}`,
        ...files("management.ssl"),
        "prometheus.ssl.ip = 127.0.0.1",
        `prometheus.ssl.port = ${ports.metrics}`,
        ...files("prometheus.ssl"),
      ],
    });
  }, STARTED_WITHIN_MS);
  afterAll(() => broker?.kill(), STARTED_WITHIN_MS);

  const overview = async (files: TlsFiles): Promise<string> => {
    const api = createManagementApi(`https://guest:guest@localhost:${ports.management}`, files);
    const answer = await api.get("/api/overview");
    await api.close();
    return answer.ok ? "ok" : renderReason(answer.failure.reason);
  };

  test("is read through its management API", async () => {
    expect(await overview({ caFile: ours.caFile })).toBe("ok");
    expect(await overview({})).toMatch(UNTRUSTED);
    expect(await overview({ caFile: foreign.caFile })).toMatch(UNTRUSTED);
  });

  test("is read through its metrics", async () => {
    const scraped = async (files: TlsFiles): Promise<string> => {
      const api = createMetricsApi([`https://localhost:${ports.metrics}`], files);
      const [answer] = await api.get();
      await api.close();
      return answer?.ok === false ? renderReason(answer.failure.reason) : "ok";
    };
    expect(await scraped({ caFile: ours.caFile })).toBe("ok");
    expect(await scraped({})).toMatch(UNTRUSTED);
  });

  test("tells its events over AMQP to a client with a certificate", async () => {
    const { certFile, keyFile } = client;
    const amqpUrl = `amqps://guest:guest@localhost:${ports.amqp}`;
    const push = createPush({ caFile: ours.caFile, certFile, keyFile, amqpUrl, mark: "tls", now: Date.now });
    await vi.waitFor(() => expect(push.pending().status.events.is).toBe("flowing"), 20_000);
    await push.close();
  });

  test.each<[string, () => TlsFiles, RegExp]>([
    ["the authority's file", () => client, UNTRUSTED],
    ["a certificate of its own", () => ({ caFile: ours.caFile }), /./],
  ])("says over AMQP why a client without %s gets nothing", async (_, files, expected) => {
    const { certFile, keyFile, caFile } = { caFile: undefined, ...files() };
    const amqpUrl = `amqps://guest:guest@localhost:${ports.amqp}`;
    const push = createPush({ caFile, certFile, keyFile, amqpUrl, mark: "tls2", now: Date.now });
    await vi.waitFor(() => {
      const { is, reason } = push.pending().status.events;
      expect([is, renderReasonOrNull(reason)]).toEqual(["connecting", expect.stringMatching(expected)]);
    }, 20_000);
    await push.close();
  });
});

describe("a PostgreSQL with ssl = on", () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    const owner = new pg.Client({ connectionString: postgres.url });
    await owner.connect();
    const { rows } = await owner.query<{ data_directory: string }>("SHOW data_directory");
    const folder = rows[0]?.data_directory ?? "";
    const { uid, gid } = statSync(folder);
    for (const [name, file] of [
      ["server.crt", server.certFile],
      ["server.key", server.keyFile],
    ] as const) {
      copyFileSync(file, join(folder, name));
      chownSync(join(folder, name), uid, gid);
    }
    await owner.query("ALTER SYSTEM SET ssl = on");
    await owner.query("SELECT pg_reload_conf()");
    await owner.query(await schemaSql("river"));
    await owner.end();
  }, STARTED_WITHIN_MS);
  afterAll(() => postgres?.stop(), STARTED_WITHIN_MS);

  const urlWith = (parameters: string): string =>
    `${postgres.url.replace("127.0.0.1", "localhost")}${parameters === "" ? "" : `?${parameters}`}`;
  const read = async (parameters: string, files: Pick<TlsFiles, "caFile">): Promise<string> => {
    const source = createSqlReader({ id: "s", kind: "river", databaseUrl: urlWith(parameters), ...files });
    const result = await source.read();
    await source.close();
    return result.ok ? "ok" : renderReason(result.reason);
  };

  test.each<[string, () => Pick<TlsFiles, "caFile">, string | RegExp]>([
    ["sslmode=require", () => ({ caFile: ours.caFile }), "ok"],
    ["sslmode=verify-full", () => ({ caFile: ours.caFile }), "ok"],
    ["", () => ({ caFile: ours.caFile }), "ok"],
    ["application_name=x&sslmode=verify-ca", () => ({ caFile: ours.caFile }), "ok"],
    ["sslmode=require", () => ({}), UNTRUSTED],
    ["sslmode=verify-full", () => ({ caFile: foreign.caFile }), UNTRUSTED],
    ["", () => ({ caFile: foreign.caFile }), UNTRUSTED],
    ["sslmode=no-verify", () => ({}), "ok"],
    ["sslmode=no-verify", () => ({ caFile: foreign.caFile }), "ok"],
    ["sslmode=disable", () => ({ caFile: foreign.caFile }), "ok"],
    ["uselibpqcompat=true&sslmode=require", () => ({}), "ok"],
  ])("is read as a source with %j (%#)", async (parameters, files, expected) => {
    const result = await read(parameters, files());
    expect(result).toMatch(expected);
  });

  test("is read with the parameter that libpq knows", async () => {
    expect(await read(`sslmode=verify-full&sslrootcert=${encodeURIComponent(ours.caFile)}`, {})).toBe("ok");
  });

  test("says as DATABASE_URL which setting is missing", async () => {
    const opened = openDatabase({ databaseUrl: urlWith("sslmode=require"), dataDir: "", log: () => undefined });
    await expect(opened).rejects.toThrow(/cannot be used: .*; name the file .* in LASTBEAT_CA_FILE$/);
  });
});
