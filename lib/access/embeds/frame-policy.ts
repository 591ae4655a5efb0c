/** Headers for everything but embeds: nobody may frame the console. */
export const NO_FRAMES: Readonly<Record<string, string>> = {
  "content-security-policy": "frame-ancestors 'none'",
  "x-frame-options": "DENY",
};

/**
 * Headers of one embed: exactly the origin its token names. X-Frame-Options cannot name an origin, so it stays out;
 * the token stands in the URL, so it must not travel on as a referrer, and no cache may keep the page.
 */
export const framedBy = (origin: string): Readonly<Record<string, string>> => ({
  "content-security-policy": `frame-ancestors ${origin}`,
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
});
