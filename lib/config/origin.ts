import { z } from "zod";

const ORIGIN = "an origin such as https://admin.example.com, without a path";
const WILDCARD = "an origin without a wildcard: list each host, such as https://admin.example.com";

/**
 * The origin as browsers write it: a host of ASCII in lower case, without the default port. null for anything else, a
 * path included. The host has only the characters of names and addresses, because it becomes part of a header.
 */
export function normalisedOrigin(text: string): string | null {
  const [, host = ""] = /^https?:\/\/([^/?#@\\\s]+)$/i.exec(text) ?? [];
  const url = host === "" ? null : URL.parse(text);
  return url !== null && /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(url.hostname) ? url.origin : null;
}

/** An entry of `embeds.origins`. A wildcard would let any page of those hosts frame the panels. */
export const origin = z.string().transform((text, context) => {
  const normalised = normalisedOrigin(text);
  if (normalised !== null) return normalised;
  context.addIssue({ code: "custom", message: text.includes("*") ? WILDCARD : ORIGIN });
  return z.NEVER;
});
