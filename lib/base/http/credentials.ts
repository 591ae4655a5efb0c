/** The user and the password of a URL, percent-decoded; null for a URL without credentials. Never throws. */
export function credentialsOf({
  username,
  password,
}: URL): { readonly user: string; readonly password: string } | null {
  if (username === "" && password === "") return null;
  return { user: percentDecoded(username), password: percentDecoded(password) };
}

/** The text as it is where a percent sign is not followed by two hexadecimal digits of UTF-8. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
