import "server-only";
import { bearerOf } from "@/lib/access/auth/session";
import type { Author } from "@/lib/storage/alerts/rules";

/** The author of a change. There is one account, `admin`, and one API token. */
export const authorOf = (request: Request, atMs: number): Author => ({
  who: bearerOf(request.headers.get("authorization")) === null ? "admin" : "API token",
  atMs,
});
