import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { serve } from "@/lib/base/http/serve.testing";
import { tokenIn } from "@/lib/base/http/token-file";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";

const gzipped =
  (text: string): RequestListener =>
  (request, response) => {
    if (request.headers["accept-encoding"] !== "gzip") return void response.writeHead(406).end();
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
  };
const METRICS = 'rabbitmq_detailed_connection_incoming_bytes_total{channel="<0.1.0>"} 8\n';
const IDENTITY = 'rabbitmq_identity_info{rabbitmq_node="rabbit@a"} 1\n';

describe("the management API", () => {
  test("a gzip answer is decompressed, and its bytes are counted after decompression", async () => {
    const list = JSON.stringify(Array.from({ length: 1_000 }, () => ({ name: "a" })));
    const api = createManagementApi(await serve(gzipped(list)));
    const answer = await api.get("/api/connections");
    await api.close();
    expect(answer.ok && [answer.value.json, answer.value.bytes]).toEqual([JSON.parse(list), list.length]);
  });

  test("a gzip answer that is cut off is a failure", async () => {
    const whole = gzipSync(JSON.stringify(["a".repeat(1_000)]));
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(whole.subarray(0, whole.length / 2));
    });
    const api = createManagementApi(url);
    const answer = await api.get("/api/connections");
    await api.close();
    expect(answer.ok).toBe(false);
  });
});

describe("a broker that refuses basic authentication", () => {
  // As rabbitmq_management does with `management.disable_basic_auth = true`.
  const oauth: RequestListener = (request, response) =>
    void response.writeHead(request.headers.authorization === "Bearer t0ken.a-b_c" ? 200 : 401).end("[]");

  test.each([
    ["the token", "", { token: "t0ken.a-b_c" }, true],
    ["the token beside user and password", "monitor:secret@", { token: "t0ken.a-b_c" }, true],
    ["user and password", "monitor:secret@", {}, false],
    ["another token", "", { token: "m4rk3d" }, false],
  ])("is read with %s: %s", async (_, credentials, options, expected) => {
    const url = (await serve(oauth)).replace("//", `//${credentials}`);
    const api = createManagementApi(url, options);
    const answer = await api.get("/api/overview");
    await api.close();
    expect(answer.ok).toBe(expected);
    expect(answer.ok ? "" : answer.failure.code).toBe(expected ? "" : "unauthorized");
    expect(JSON.stringify(answer)).not.toMatch(/t0ken|m4rk3d/);
  });
});

test("a token in a file is read at each request", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lastbeat-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "token");
  const sent: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    sent.push(request.headers.authorization);
    response.end("[]");
  });
  const api = createManagementApi(url, { token: tokenIn(file) });
  await api.get("/api/overview");
  writeFileSync(file, "first\n");
  await api.get("/api/overview");
  writeFileSync(file, "second\n");
  await api.get("/api/overview");
  await api.close();
  expect(sent).toEqual([undefined, "Bearer first", "Bearer second"]);
});

describe("the metrics of the nodes", () => {
  const octetsFrom = async (urls: readonly string[]) => {
    const api = createMetricsApi(urls, { withinMs: 300 });
    const answers = await api.get();
    await api.close();
    return answers.map((answer) =>
      answer.ok ? answer.value.metrics.octets.get("<0.1.0>")?.recvOct : answer.failure.code,
    );
  };

  test("the nodes are independent: the failure of one does not affect the others", async () => {
    const well = await serve(gzipped(METRICS + IDENTITY));
    const old = await serve((_, response) => void response.writeHead(404).end());
    const silent = await serve(() => undefined);
    const other = await serve(gzipped("hello"));
    expect(await octetsFrom([well, old, silent, other])).toEqual([8, "not-found", "timeout", "bad-answer"]);
  });

  test.each(["", "/", "/metrics"])("the URL may end in %j; its credentials are sent and never shown", async (end) => {
    let requested = "";
    const url = await serve((request, response) => {
      requested = `${request.url} ${request.headers.authorization}`;
      response.writeHead(401).end();
    });
    const api = createMetricsApi([`${url.replace("http://", "http://u:marked-secret@")}${end}`]);
    const answers = await api.get();
    await api.close();
    const basic = Buffer.from("u:marked-secret").toString("base64");
    expect(requested).toBe(`/metrics/detailed?family=connection_coarse_metrics Basic ${basic}`);
    expect(answers.map((answer) => (answer.ok ? "ok" : answer.failure.code))).toEqual(["unauthorized"]);
    expect(JSON.stringify(answers)).not.toContain("marked-secret");
  });

  test.each([
    ["the token to a URL without credentials", "", "Bearer t0ken"],
    ["the credentials of a URL instead of the token", "u:p@", `Basic ${Buffer.from("u:p").toString("base64")}`],
  ])("are requested with %s", async (_, credentials, authorization) => {
    let requested: string | undefined;
    const url = await serve((request, response) => {
      requested = request.headers.authorization;
      response.end(METRICS);
    });
    const api = createMetricsApi([url.replace("//", `//${credentials}`)], { token: "t0ken" });
    await api.get();
    await api.close();
    expect(requested).toBe(authorization);
  });
});
