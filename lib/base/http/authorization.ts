/** The `Authorization` header for the user and password of a URL; null for a URL without credentials. */
export function basicAuthorization({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials).toString("base64")}`;
}

export const bearerAuthorization = (token: string): string => `Bearer ${token}`;

/** The URL as it may be requested or shown: without user and password. */
export function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare;
}
