import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createHttpClient } from "@/lib/base/http/client";
import { createEndpoints } from "@/lib/base/http/endpoint";
import { renderReason } from "@/lib/base/messages/render-reason";
import { HOUR } from "@/lib/base/time/duration";
import { type Authority, createAuthority, type Issued } from "@/lib/base/tls/authority.testing";
import type { TlsFiles } from "@/lib/base/tls/trust";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";

let ours: Authority;
let foreign: Authority;
let certificate: Issued;
beforeAll(() => {
  ours = createAuthority();
  // The same name with another key.
  foreign = createAuthority();
  certificate = ours.issue(["localhost", "127.0.0.1"]);
});
afterAll(() => {
  ours.remove();
  foreign.remove();
});

/** Serves HTTPS on 127.0.0.1 until the test has finished; returns its URL under the name `localhost`. */
async function serveTls(options: ServerOptions): Promise<string> {
  const server = createServer(options, (_, response) => void response.end("[]"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // The parser's own assertion: it listens on a port.
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

/** What the management API's client says about a server with this certificate. */
async function readThrough(url: string, files: TlsFiles): Promise<string> {
  const api = createManagementApi(url, files);
  const answer = await api.get("/api/overview");
  await api.close();
  return answer.ok ? "ok" : renderReason(answer.failure.reason);
}

describe("a server with a certificate of a private authority", () => {
  test("is read with the authority's file", async () => {
    expect(await readThrough(await serveTls(certificate), { caFile: ours.caFile })).toBe("ok");
  });

  test("is read with a file that holds several authorities", async () => {
    const other = createAuthority("Another authority");
    onTestFinished(other.remove);
    const caFile = join(ours.folder, "bundle.pem");
    writeFileSync(
      caFile,
      [other.caFile, ours.caFile].map((file) => `# comment\n${readFileSync(file, "utf8")}`).join("\n"),
    );
    expect(await readThrough(await serveTls(certificate), { caFile })).toBe("ok");
  });

  test.each<[string, () => TlsFiles, RegExp]>([
    ["no file", () => ({}), /authority that is not trusted here \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/],
    ["another authority's file", () => ({ caFile: foreign.caFile }), /authority that is not trusted here \(CERT_SIG/],
  ])("is refused with %s, and the reason names the setting", async (_, files, expected) => {
    const reason = await readThrough(await serveTls(certificate), files());
    expect(reason).toMatch(/^the management API could not be reached: /);
    expect(reason).toMatch(expected);
    expect(reason).toContain("caFile");
  });

  test("is refused where the certificate is for another name", async () => {
    const url = await serveTls(ours.issue(["rabbit.internal"]));
    expect(await readThrough(url, ours)).toContain("for another host name (ERR_TLS_CERT_ALTNAME_INVALID)");
  });

  test("is refused where the certificate has expired", async () => {
    const now = Date.now();
    const url = await serveTls(ours.issue(["localhost"], { fromMs: now - 2 * HOUR, toMs: now - HOUR }));
    expect(await readThrough(url, ours)).toContain("has expired or is not valid yet (CERT_HAS_EXPIRED)");
  });
});

test("a server that does not speak TLS is said to be one", async () => {
  const http = await import("node:http");
  const server = http.createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  expect(await readThrough(`https://localhost:${port}`, {})).toContain("does not use TLS");
});

describe("a server that wants a certificate of its clients", () => {
  const options = (): ServerOptions => ({
    ...certificate,
    ca: readFileSync(ours.caFile),
    requestCert: true,
    rejectUnauthorized: true,
  });

  test("is read with certFile and keyFile", async () => {
    const { certFile, keyFile } = ours.issue(["lastbeat"]);
    expect(await readThrough(await serveTls(options()), { caFile: ours.caFile, certFile, keyFile })).toBe("ok");
  });

  test("refuses a client without one, and up to TLS 1.2 the reason says so", async () => {
    const url = await serveTls({ ...options(), maxVersion: "TLSv1.2" });
    expect(await readThrough(url, ours)).toMatch(
      /refused the TLS version, the cipher or the certificate of the client/,
    );
    // TLS 1.3 sends the alert after the handshake, and the client reports the closed connection.
    expect(await readThrough(await serveTls(options()), ours)).not.toBe("ok");
  });
});

test("the metrics of the nodes and the endpoints of applications take the same file", async () => {
  const url = await serveTls(certificate);
  const read = async (files: TlsFiles) => {
    const metrics = createMetricsApi([url], files);
    const endpoints = createEndpoints({ ...files, withinMs: 5_000 });
    const [[scraped], application] = await Promise.all([metrics.get(), endpoints.get(url)]);
    await Promise.all([metrics.close(), endpoints.close()]);
    // The body is not one of an exporter: that it arrived is what counts.
    return [
      scraped?.ok === false ? scraped.failure.code : "",
      application.ok ? "ok" : renderReason(application.failure.reason),
    ];
  };
  expect(await read({ caFile: ours.caFile })).toEqual(["bad-answer", "ok"]);
  const [metrics, application] = await read({});
  expect(metrics).toBe("refused");
  expect(application).toMatch(/could not be reached: its certificate is of an authority/);
});

describe("the authorities of the whole process", () => {
  const script = `
    const { registerHooks } = await import("node:module");
    const { pathToFileURL } = await import("node:url");
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === "server-only"
          ? { url: "data:text/javascript,", shortCircuit: true }
          : next(specifier.startsWith("@/") ? pathToFileURL(process.cwd() + specifier.slice(1) + ".ts").href : specifier, context),
    });
    const { trustAuthorities } = await import("@/lib/base/tls/trust");
    const { createHttpClient } = await import("@/lib/base/http/client");
    trustAuthorities(JSON.parse(process.argv[1]));
    const client = createHttpClient({ connectionsMax: 1, connectWithinMs: 5000, withinMs: 10000, bytesMax: 1000 });
    const outcome = await client.request(new URL(process.argv[2]));
    console.log(outcome.ok ? "ok" : outcome.fault.code);
    await client.close();`;
  const inProcess = async (caFiles: readonly string[], url: string, env: Record<string, string>): Promise<string> => {
    const flags = ["--input-type=module", "-e", script, JSON.stringify(caFiles), url];
    const cwd = fileURLToPath(new URL("../../..", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd, env: { ...process.env, ...env } });
    return stdout.trim();
  };
  const without = { NODE_EXTRA_CA_CERTS: "", SSL_CERT_FILE: "/dev/null", SSL_CERT_DIR: "/nowhere" };

  test.each<[string, () => readonly string[], Record<string, string>, string]>([
    ["those of Node alone", () => [], {}, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["those of LASTBEAT_CA_FILE", () => [ours.caFile], {}, "ok"],
    ["every certificate of a file", () => [join(ours.folder, "both.pem")], {}, "ok"],
    ["those of NODE_EXTRA_CA_CERTS", () => [], { NODE_EXTRA_CA_CERTS: "ours" }, "ok"],
    ["those of the system", () => [], { SSL_CERT_FILE: "ours" }, "ok"],
  ])("are %s", async (_, caFiles, env, expected) => {
    const other = createAuthority("Another authority");
    onTestFinished(other.remove);
    const files = [other.caFile, ours.caFile].map((file) => readFileSync(file, "utf8"));
    writeFileSync(join(ours.folder, "both.pem"), files.join(""));
    const url = await serveTls(certificate);
    const given = Object.fromEntries(Object.entries(env).map(([name]) => [name, ours.caFile]));
    expect(await inProcess(caFiles(), url, { ...without, ...given })).toBe(expected);
  });
});

test("a changed file is read again", async () => {
  const caFile = join(ours.folder, "rotated.pem");
  writeFileSync(caFile, readFileSync(foreign.caFile));
  const url = await serveTls(certificate);
  expect(await readThrough(url, { caFile })).toMatch(/not trusted/);
  writeFileSync(caFile, readFileSync(ours.caFile));
  expect(await readThrough(url, { caFile })).toBe("ok");
});

test("a connection without files has the options of the process", async () => {
  const client = createHttpClient({
    connectionsMax: 1,
    connectWithinMs: 5_000,
    withinMs: 5_000,
    bytesMax: 100,
    tls: {},
  });
  const outcome = await client.request(new URL(await serveTls(certificate)));
  await client.close();
  expect(outcome.ok).toBe(false);
});
