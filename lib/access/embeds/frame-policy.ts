/** Headers of every page but embeds: no site may frame the console. */
export const NO_FRAMES: Readonly<Record<string, string>> = {
  "content-security-policy": "frame-ancestors 'none'",
  "x-frame-options": "DENY",
};

/**
 * Headers of an embed, which only the origin of its token may frame. X-Frame-Options cannot name an origin, so it is
 * left out. The URL contains the token, so it must not be sent as a referrer, and no cache may store the page.
 */
export const framedBy = (origin: string): Readonly<Record<string, string>> => ({
  "content-security-policy": `frame-ancestors ${origin}`,
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
});
