import { z } from "zod";

/** A list of the API: the time of its data, its rows, and the cursor of the next page (null at the end). */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ asOfMs: z.number(), items: z.array(item), next: z.string().nullable() });

/** A count over three windows of time. */
export const Window = z.object({ last5m: z.number(), last1h: z.number(), last24h: z.number() });
export type Window = z.infer<typeof Window>;
