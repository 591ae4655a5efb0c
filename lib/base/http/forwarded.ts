/** The first item of a header such as X-Forwarded-Host is what the browser requested; each further proxy appends its own. */
export const firstForwarded = (list: string | null): string | null => list?.split(",")[0]?.trim() || null;
