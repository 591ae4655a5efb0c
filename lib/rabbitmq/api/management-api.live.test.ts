import { createServer, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { reason } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";

const SECRET = "s3cret-marker";
const WITHIN_MS = 300;
/** For the cases with an answer: on a busy machine an answer took longer than the other limit. */
const WELL_WITHIN_MS = 30_000;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** One request to a management API with faults that a real broker cannot be made to have. */
async function requested(answer: (response: ServerResponse) => void, withinMs = WELL_WITHIN_MS) {
  const server = createServer((_, response) => answer(response));
  const port = await listening(server);
  const api = createManagementApi(`http://monitor:${SECRET}@127.0.0.1:${port}`, { withinMs });
  closing.push(() => api.close());
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return api.get("/api/connections?columns=name");
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const respond =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };

describe("each fault has its code and a sentence without secrets", () => {
  test.each<[string, (response: ServerResponse) => void, string, RegExp]>([
    [
      "wrong password",
      respond(401, '{"error":"not_authorised","reason":"Login failed"}'),
      "unauthorized",
      /Login failed/,
    ],
    ["a proxy refuses", respond(403, "<h1>Forbidden</h1>"), "unauthorized", /403/],
    ["no such virtual host", respond(404, '{"reason":"Not Found"}'), "not-found", /404.*Not Found/],
    [
      "statistics disabled",
      respond(400, '{"reason":"Stats in management UI are disabled"}'),
      "unavailable",
      /disabled/,
    ],
    ["still starting", respond(503, ""), "unavailable", /503/],
    ["cut-off JSON", respond(200, '[{"name":"a -> b","vhos'), "bad-answer", /not JSON, or was cut off/],
    ["a page of a proxy", respond(200, "<html></html>", { "content-type": "text/html" }), "bad-answer", /not JSON/],
    [
      "a redirect is not followed",
      respond(302, "", { location: `http://x:${SECRET}@127.0.0.1/` }),
      "unavailable",
      /302/,
    ],
    ["no answer", () => {}, "timeout", /no answer within 0.3 s/],
    ["an answer that stalls", (response) => void response.writeHead(200).write("["), "timeout", /no answer within/],
    ["the server closes the connection", (response) => void response.destroy(), "refused", /could not be reached/],
    [
      "an answer cut in the middle",
      (response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("[{", () => response.destroy());
      },
      "refused",
      /could not be reached/,
    ],
    [
      "not HTTP at all: the AMQP port",
      (response) => void response.socket?.end(Buffer.from("AMQP\0\0\x09\x01", "latin1")),
      "refused",
      /could not be reached/,
    ],
  ])("%s", async (_, answer, code, text) => {
    const outcome = await requested(answer, code === "timeout" ? WITHIN_MS : WELL_WITHIN_MS);
    expect(outcome).toMatchObject({ ok: false, failure: { code } });
    expect(outcome.ok ? "" : renderReason(outcome.failure.reason)).toMatch(text);
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
  });

  test("plugin off: the port is closed", async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const api = createManagementApi(`http://monitor:${SECRET}@127.0.0.1:${port}`, { withinMs: WITHIN_MS });
    closing.push(() => api.close());
    const outcome = await api.get("/api/overview");
    expect(outcome).toMatchObject({
      ok: false,
      failure: { code: "refused", reason: reason("managementApiNotReachable", { code: "ECONNREFUSED" }) },
    });
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
  });
});

test("an answer shows how far the two clocks are apart", async () => {
  const anHourAgo = new Date(Date.now() - 3_600_000).toUTCString();
  const outcome = await requested(respond(200, "[]", { date: anHourAgo }));
  expect(outcome.ok && Math.round((outcome.value.aheadMs ?? 0) / 60_000)).toBe(60);
});
