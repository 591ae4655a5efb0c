/** Invisible, and neither a space nor a break: a service no longer reads the text before and after it as one word. */
const JOINER = "\u2060";

/**
 * Characters that turn the direction of what follows, so that a name could disguise the rest of a message (U+202E shows
 * `gpj.exe` as `exe.jpg`). No name needs them.
 */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const withoutBidi = (text: string): string => text.replace(BIDI, "");

/** Names come from clients and tables: an address in them must not become a link. */
export const withoutLinks = (text: string): string => text.replaceAll("://", `:${JOINER}//`);

/** For a service that also links what has no scheme, mentions, tags and commands: `example.com`, `@name`, `#tag`, `/start`. */
export const inert = (text: string): string =>
  withoutLinks(text)
    .replace(/[@#](?=[^\s\u2060])/g, `$&${JOINER}`)
    .replace(/(?<![\p{L}\p{N}/\u2060])\/(?=\p{L})/gu, `/${JOINER}`)
    .replace(/(?<=[\p{L}\p{N}])\.(?=\p{L})/gu, `.${JOINER}`);

/**
 * For Markdown without escapes: a sign that could begin or end an emphasis, by its full-width form. An underscore within a
 * word does neither, and is part of many names.
 */
export const withoutEmphasis = (text: string): string =>
  text
    .replaceAll("*", "＊")
    .replaceAll("~", "～")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "＿");
