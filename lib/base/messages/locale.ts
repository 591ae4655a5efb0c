export const LOCALES = ["en", "zh-CN"] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = "lastbeat_lang";

/** The language to speak: what the URL asks for, else what was chosen before, else what the browser prefers. */
export function chooseLocale(wish: {
  readonly query: string | null;
  readonly cookie: string | null;
  readonly acceptLanguage: string | null;
}): Locale {
  return localeNamed(wish.query) ?? localeNamed(wish.cookie) ?? spokenLocale(wish.acceptLanguage);
}

export const localeNamed = (text: string | null): Locale | null => LOCALES.find((one) => one === text) ?? null;

/** The first language of an `Accept-Language` header that is spoken here; English where there is none. */
export function spokenLocale(acceptLanguage: string | null): Locale {
  for (const part of (acceptLanguage ?? "").split(",")) {
    const tag = part.split(";")[0]?.trim().toLowerCase() ?? "";
    if (tag.startsWith("zh")) return "zh-CN";
    if (tag.startsWith("en")) return "en";
  }
  return "en";
}
