import { NextRequest } from "next/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbedClaims, makeEmbedToken } from "@/lib/access/embeds/token";
import { EMBEDS, installRuntime } from "@/lib/server/api/api.testing";
import { config, proxy } from "@/proxy";

let installed: ReturnType<typeof installRuntime>;
beforeAll(() => {
  installed = installRuntime();
});
afterAll(() => installed.remove());

const claims: EmbedClaims = {
  panel: "reconnects",
  origin: "https://admin.example.com",
  labels: {},
  expiresMs: Date.now() + 3_600_000,
};
const token = makeEmbedToken(EMBEDS.secret, claims);
const expired = makeEmbedToken(EMBEDS.secret, { ...claims, expiresMs: Date.now() - 1 });
const proxied = (path: string) => proxy(new NextRequest(`http://lastbeat.test${path}`));
/** Next passes the headers of the request on under names with this prefix. */
const PASSED = "x-middleware-request-";

describe("a page of the console", () => {
  test.each(["/", "/rules", "/embed", "/embed/", "/embed/a/b", "/api/v1/alerts", "/x/embed/reconnects"])(
    "%s cannot be framed",
    (path) => {
      const { headers, status } = proxied(path);
      expect(status).toBe(200);
      expect(headers.get("content-security-policy")).toBe("frame-ancestors 'none'");
      expect(headers.get("x-frame-options")).toBe("DENY");
    },
  );

  test("gets its path and query in a header, which a client cannot set", () => {
    const request = new NextRequest("http://lastbeat.test/rules?range=1h", { headers: { "x-lastbeat-path": "/evil" } });
    expect(proxy(request).headers.get(`${PASSED}x-lastbeat-path`)).toBe("/rules?range=1h");
  });
});

describe("an embed", () => {
  test.each([`/embed/reconnects?token=${token}`, `/embed/reconnects/?token=${token}`])(
    "can be framed by the origin of its token only (%#)",
    (path) => {
      const { headers, status } = proxied(path);
      expect(status).toBe(200);
      expect(headers.get("content-security-policy")).toBe("frame-ancestors https://admin.example.com");
      expect(headers.get("x-frame-options")).toBeNull();
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cache-control")).toBe("no-store");
    },
  );

  test.each([
    ["missing", "/embed/reconnects"],
    ["missing", "/embed/reconnects?token="],
    ["invalid", "/embed/reconnects?token=x"],
    ["other-panel", `/embed/retry-backlog?token=${token}`],
    ["expired", `/embed/reconnects?token=${expired}`],
  ])("is refused with a token that is %s", async (because, path) => {
    const response = proxied(path);
    expect(response.status).toBe(403);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("content-security-policy")).toBe("frame-ancestors 'none'");
    expect(await response.json()).toMatchObject({ status: 403, detail: `embed token: ${because}` });
  });
});

test("the proxy covers everything but static files", () => {
  const matcher = new RegExp(`^${config.matcher}$`);
  expect(["/", "/rules", "/embed/reconnects", "/api/v1/alerts"].every((path) => matcher.test(path))).toBe(true);
  expect(["/_next/static/x.js", "/icon.svg"].some((path) => matcher.test(path))).toBe(false);
});
