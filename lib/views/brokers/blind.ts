import { z } from "zod";

/** A broker that cannot be seen: what is said of it is as of then. */
export const BlindBroker = z.object({ broker: z.string(), sinceMs: z.number() });
export type BlindBroker = z.infer<typeof BlindBroker>;
