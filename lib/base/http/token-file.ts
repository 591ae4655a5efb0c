import "server-only";
import { readFileSync } from "node:fs";

/** A bearer token, or how to read the current one: tokens of an identity provider expire within hours. */
export type BearerToken = string | (() => string | null);

/** Reads a token from a file at each use; null where it cannot be read, so that the server refuses the request. */
export const tokenIn =
  (file: string): (() => string | null) =>
  () => {
    try {
      return readFileSync(file, "utf8").trim();
    } catch {
      return null;
    }
  };

/** The token to send now; null: none. */
export const currentToken = (token: BearerToken | undefined): string | null =>
  token === undefined ? null : typeof token === "string" ? token : token();
