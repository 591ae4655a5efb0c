import { z } from "zod";
import { requestJson } from "@/lib/views/request";

const PATH = "/api/v1/session";

/** Exchanges the password for a session cookie. Throws RequestFailed. */
export const signIn = (password: string): Promise<null> =>
  requestJson(z.null(), PATH, { method: "POST", body: { password } });

/** Deletes the session cookie. Throws RequestFailed. */
export const signOut = (): Promise<null> => requestJson(z.null(), PATH, { method: "DELETE" });
