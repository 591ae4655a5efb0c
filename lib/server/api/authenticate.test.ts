import { describe, expect, test } from "vitest";
import { openSession, SESSION_COOKIE, SESSION_MS } from "@/lib/access/auth/session";
import { type EmbedClaims, makeEmbedToken } from "@/lib/access/embeds/token";
import { EMBEDS, HOST, requestTo, SECRETS, sessionCookie } from "@/lib/server/api/api.testing";
import { authenticate, type RequiredAccess } from "@/lib/server/api/authenticate";

const NOW_MS = 1_000_000;
const claims: EmbedClaims = {
  panel: "reconnects",
  origin: "https://admin.example.com",
  labels: { broker: "main" },
  expiresMs: NOW_MS + 1,
};
const embedToken = makeEmbedToken(EMBEDS.secret, claims);
const api = { authorization: "Bearer api-token" };
const session = { cookie: sessionCookie(NOW_MS) };
const embed = { authorization: `Bearer ${embedToken}` };

type Headers = Readonly<Record<string, string>>;

/** The labels that a caller is limited to, or the status and detail of the refusal. */
function authenticated(access: RequiredAccess, headers: Headers, more: { panel?: string; method?: string } = {}) {
  const request = requestTo("/api/v1/x", { method: more.method ?? "GET", headers });
  try {
    return authenticate(access, request, { accessSecrets: SECRETS, embeds: EMBEDS }, more.panel ?? null, NOW_MS).labels;
  } catch (cause) {
    return cause;
  }
}

const UNAUTHORIZED = { status: 401, headers: { "www-authenticate": "Bearer" } };

describe("a route for anyone", () => {
  test.each<[string, Headers]>([
    ["no credentials", {}],
    ["a wrong token", { authorization: "Bearer x" }],
  ])("lets in a caller with %s", (_, headers) => expect(authenticated("anyone", headers)).toEqual({}));
});

describe("a route for viewers", () => {
  test.each<[string, Headers]>([
    ["the API token", api],
    ["a session", session],
    ["a session among other cookies", { cookie: `a=b; ${session.cookie}; c=d` }],
    ["the API token beside an invalid cookie", { ...api, cookie: `${SESSION_COOKIE}=x` }],
  ])("lets in a caller with %s", (_, headers) => expect(authenticated("viewer", headers)).toEqual({}));

  test.each<[string, Headers]>([
    ["no credentials", {}],
    ["a wrong token", { authorization: "Bearer x" }],
    ["a wrong token beside a valid session", { authorization: "Bearer x", ...session }],
    ["an invalid session", { cookie: `${SESSION_COOKIE}=x` }],
    ["an expired session", { cookie: `${SESSION_COOKIE}=${openSession(SECRETS, NOW_MS - SESSION_MS)}` }],
    ["a session in a cookie of another name", { cookie: `other=${openSession(SECRETS, NOW_MS)}` }],
    ["an embed token", embed],
    ["a session as a bearer token", { authorization: `Bearer ${openSession(SECRETS, NOW_MS)}` }],
  ])("refuses a caller with %s", (_, headers) => {
    expect(authenticated("viewer", headers)).toMatchObject(UNAUTHORIZED);
    expect(authenticated("viewer", headers, { panel: "reconnects" })).toMatchObject(UNAUTHORIZED);
  });
});

describe("a route for panels", () => {
  const panel = "reconnects";

  test("limits the caller with an embed token to its labels", () => {
    expect(authenticated("panel", embed, { panel })).toEqual({ broker: "main" });
  });

  test.each<[string, Headers]>([
    ["the API token", api],
    ["a session", session],
  ])("does not limit a caller with %s", (_, headers) => expect(authenticated("panel", headers, { panel })).toEqual({}));

  test.each<[string, Headers, string, string]>([
    ["of another panel", embed, "retry-backlog", "embed token: other-panel"],
    ["that is invalid", { authorization: "Bearer x" }, panel, "embed token: invalid"],
    [
      "that has expired",
      { authorization: `Bearer ${makeEmbedToken(EMBEDS.secret, { ...claims, expiresMs: NOW_MS })}` },
      panel,
      "embed token: expired",
    ],
    ["beside a session", { authorization: "Bearer x", ...session }, panel, "embed token: invalid"],
  ])("refuses an embed token %s", (_, headers, requested, message) => {
    expect(authenticated("panel", headers, { panel: requested })).toMatchObject({ status: 403, message });
  });

  test("refuses a caller without credentials, and an embed token where the path has no panel", () => {
    expect(authenticated("panel", {}, { panel })).toMatchObject(UNAUTHORIZED);
    expect(authenticated("panel", embed)).toMatchObject(UNAUTHORIZED);
  });
});

describe("a write that a session authenticates", () => {
  test.each<[string, Headers, string]>([
    ["from our own page", { origin: `http://${HOST}` }, "POST"],
    ["from our own page behind a proxy", { origin: "https://public.test", "x-forwarded-host": "public.test" }, "POST"],
    ["without an origin", {}, "DELETE"],
  ])("is allowed %s", (_, headers, method) =>
    expect(authenticated("viewer", { ...session, ...headers }, { method })).toEqual({}),
  );

  test.each<[string, Headers, string]>([
    ["from another site", { origin: "https://evil.test" }, "POST"],
    ["from another port", { origin: `http://${HOST}:81` }, "PUT"],
    ["from an opaque origin", { origin: "null" }, "DELETE"],
    ["from the host behind the proxy", { origin: `http://${HOST}`, "x-forwarded-host": "public.test" }, "POST"],
  ])("is refused %s", (_, headers, method) => {
    expect(authenticated("viewer", { ...session, ...headers }, { method })).toMatchObject({ status: 403 });
  });

  test("is not needed for the API token, which no browser adds by itself", () => {
    expect(authenticated("viewer", { ...api, origin: "https://evil.test" }, { method: "POST" })).toEqual({});
  });
});
