/**
 * The path under which Lastbeat is served, such as `/lastbeat`; an empty text at the root of its host. next.config.ts
 * compiles it in, for the browser as well. Next adds it to its own links and redirects; ours do so themselves.
 */
export const BASE_PATH: string = process.env.LASTBEAT_BASE_PATH ?? "";

/** Cookies go to no other application of the same host. */
export const COOKIE_PATH = BASE_PATH === "" ? "/" : BASE_PATH;
