import { z } from "zod";
import { requestJson } from "@/lib/views/request";

const PATH = "/api/v1/session";

/** Exchanges the password for a session cookie. Throws RequestFailed with what the server said. */
export const beginSession = (password: string): Promise<null> =>
  requestJson(z.null(), PATH, { method: "POST", body: { password } });

export const endSession = (): Promise<null> => requestJson(z.null(), PATH, { method: "DELETE" });
