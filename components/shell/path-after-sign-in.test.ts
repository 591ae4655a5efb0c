import { expect, test } from "vitest";
import { pathAfterSignIn } from "@/components/shell/path-after-sign-in";

const ORIGIN = "https://lastbeat.example";

test.each([
  ["?next=%2Fdeliveries", "/deliveries"],
  ["?next=%2Fclients%3Fq%3Da%23b", "/clients?q=a#b"],
  ["", "/"],
  ["?next=", "/"],
  ["?next=deliveries", "/"],
  ["?next=https://evil.example/", "/"],
  ["?next=//evil.example/", "/"],
  ["?next=/\\evil.example/", "/"],
  ["?next=/%09/evil.example/phish", "/"],
  ["?next=/%0A/evil.example/phish", "/"],
  ["?next=/%0D/evil.example/phish", "/"],
  ["?next=/%09%5Cevil.example/phish", "/"],
  ["?next=%09//evil.example/phish", "/"],
  ["?next=/..//evil.example/phish", "/"],
  ["?next=/.//evil.example/phish", "/"],
  ["?next=javascript:alert(1)", "/"],
  ["?next=/%00", "/"],
])("%s leads to %s", (search, expected) => {
  const path = pathAfterSignIn({ search, origin: ORIGIN });
  expect(path).toBe(expected);
  expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
});
