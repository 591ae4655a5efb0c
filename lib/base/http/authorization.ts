import { credentialsOf } from "@/lib/base/http/credentials";

/** The `Authorization` header for the user and password of a URL; null for a URL without credentials. */
export function basicAuthorization(url: URL): string | null {
  const credentials = credentialsOf(url);
  if (credentials === null) return null;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
}

export const bearerAuthorization = (token: string): string => `Bearer ${token}`;

/** The URL as it may be requested or shown: without user and password. */
export function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}
