import "server-only";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** How a password is stored: scrypt with a salt of its own and the cost of Node's defaults (16 MiB, about 50 ms). */
export const StoredPassword = z.object({ salt: z.string(), hash: z.string() });
export type StoredPassword = z.infer<typeof StoredPassword>;

const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** 15 bytes are 120 bits: a generated password needs no protection against guessing. */
const GENERATED_BYTES = 15;
/** scrypt hashes any input: without a limit, passwords of a megabyte could occupy the server. */
export const PASSWORD_LENGTH_MAX = 256;

export const generatePassword = (): string => randomBytes(GENERATED_BYTES).toString("base64url");

export async function hashPassword(password: string): Promise<StoredPassword> {
  const salt = randomBytes(SALT_BYTES);
  return { salt: salt.toString("base64"), hash: (await hashOf(password, salt)).toString("base64") };
}

export async function isPassword(password: string, stored: StoredPassword): Promise<boolean> {
  if (password.length > PASSWORD_LENGTH_MAX) return false;
  const expected = Buffer.from(stored.hash, "base64");
  const actual = await hashOf(password, Buffer.from(stored.salt, "base64"));
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
