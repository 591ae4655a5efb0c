import { describe, expect, test } from "vitest";
import { signToken } from "@/lib/access/auth/signed";
import { checkEmbedToken, type EmbedClaims, makeEmbedToken } from "@/lib/access/embeds/token";

const ORIGIN = "https://admin.example.com";
const EXPIRES_MS = 1_000_000;
const claims: EmbedClaims = {
  panel: "reconnects",
  origin: ORIGIN,
  labels: { broker: "main" },
  expiresMs: EXPIRES_MS,
};
const token = makeEmbedToken("s3cret", claims);
const required = { secret: "s3cret", panel: "reconnects", origins: [ORIGIN], nowMs: EXPIRES_MS - 1 };

describe("an embed token", () => {
  test("allows its panel until it expires", () => {
    expect(checkEmbedToken(token, required)).toEqual({ ok: true, claims });
  });

  test.each<[string, string | null, Partial<typeof required>]>([
    ["missing", null, {}],
    ["missing", "", {}],
    ["invalid", "abc", {}],
    ["invalid", token, { secret: "other" }],
    ["invalid", signToken("s3cret", "session", claims), {}],
    ["invalid", signToken("s3cret", "embed", { ...claims, panel: "no panel" }), {}],
    ["other-panel", token, { panel: "retry-backlog" }],
    ["origin-not-allowed", token, { origins: [] }],
    ["origin-not-allowed", token, { origins: ["https://other.example.com"] }],
    ["origin-not-allowed", token, { origins: [`${ORIGIN}.evil.example`] }],
    ["expired", token, { nowMs: EXPIRES_MS }],
    ["expired", token, { nowMs: EXPIRES_MS + 1 }],
  ])("is refused as %s", (because, text, changes) => {
    expect(checkEmbedToken(text, { ...required, ...changes })).toEqual({ ok: false, because });
  });

  test("reports the other panel before the origin, and the origin before the expiry", () => {
    const wrong = { ...required, origins: [], nowMs: EXPIRES_MS };
    expect(checkEmbedToken(token, { ...wrong, panel: "retry-backlog" })).toMatchObject({ because: "other-panel" });
    expect(checkEmbedToken(token, wrong)).toMatchObject({ because: "origin-not-allowed" });
  });
});
