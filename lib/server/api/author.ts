import "server-only";
import { bearerOf } from "@/lib/access/auth/session";

/** Who asks for a change, and when: there is one account, and one token for automation. */
export const authorOf = (request: Request, atMs: number): { readonly who: string; readonly atMs: number } => ({
  who: bearerOf(request.headers.get("authorization")) === null ? "admin" : "API token",
  atMs,
});
