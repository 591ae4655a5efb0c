import { z } from "zod";

/** A JSON Web Token with many scopes has some thousand characters. */
const LENGTH_MAX = 16_384;

/** It is sent in a header, so it has no spaces and no line breaks. */
export const bearerToken = z
  .string()
  .max(LENGTH_MAX)
  .regex(/^[\x21-\x7e]+$/, "one word of ASCII characters");
