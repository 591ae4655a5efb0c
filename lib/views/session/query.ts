import { z } from "zod";
import { ask } from "@/lib/views/ask";

const PATH = "/api/v1/session";

/** Exchanges the password for a session cookie. Throws AskFailed with what the server said. */
export const beginSession = (password: string): Promise<null> =>
  ask(z.null(), PATH, { method: "POST", body: { password } });

export const endSession = (): Promise<null> => ask(z.null(), PATH, { method: "DELETE" });
