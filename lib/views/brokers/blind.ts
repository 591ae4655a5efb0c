import { z } from "zod";

/** An unreachable broker: its data is as of `sinceMs`. */
export const BlindBroker = z.object({ broker: z.string(), sinceMs: z.number() });
export type BlindBroker = z.infer<typeof BlindBroker>;
