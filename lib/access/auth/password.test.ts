import { expect, test } from "vitest";
import { generatePassword, hashPassword, isPassword, PASSWORD_LENGTH_MAX } from "@/lib/access/auth/password";

test("a password is stored with its own salt and recognised again", async () => {
  const stored = await hashPassword("correct horse");
  expect(await isPassword("correct horse", stored)).toBe(true);
  expect(await isPassword("correct horsf", stored)).toBe(false);
  const again = await hashPassword("correct horse");
  expect(again.salt).not.toBe(stored.salt);
  expect(again.hash).not.toBe(stored.hash);
});

test("a password of the greatest length is accepted, and a longer one is refused", async () => {
  const longest = "x".repeat(PASSWORD_LENGTH_MAX);
  expect(await isPassword(longest, await hashPassword(longest))).toBe(true);
  expect(await isPassword(`${longest}x`, await hashPassword(`${longest}x`))).toBe(false);
});

test("a stored hash of another length matches no password", async () => {
  const salt = Buffer.alloc(16).toString("base64");
  expect(await isPassword("a", { salt, hash: Buffer.alloc(16).toString("base64") })).toBe(false);
});

test("a generated password has 120 random bits", () => {
  const passwords = Array.from({ length: 100 }, generatePassword);
  expect(new Set(passwords).size).toBe(100);
  expect(passwords.every((password) => /^[\w-]{20}$/.test(password))).toBe(true);
});
