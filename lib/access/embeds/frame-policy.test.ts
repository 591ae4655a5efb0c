import { expect, test } from "vitest";
import { framedBy, NO_FRAMES } from "@/lib/access/embeds/frame-policy";

test("no site may frame the console, in browsers of either header", () => {
  expect(NO_FRAMES).toEqual({ "content-security-policy": "frame-ancestors 'none'", "x-frame-options": "DENY" });
});

test("only the origin of its token may frame an embed, whose URL stays secret", () => {
  expect(framedBy("https://admin.example.com")).toEqual({
    "content-security-policy": "frame-ancestors https://admin.example.com",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  });
});
