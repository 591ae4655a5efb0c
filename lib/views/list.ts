import { z } from "zod";

/** Every list of the API: when the facts were measured, the rows, and the cursor of the next page (null at the end). */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ asOfMs: z.number(), items: z.array(item), next: z.string().nullable() });

export const Window = z.object({ last5m: z.number(), last1h: z.number(), last24h: z.number() });
export type Window = z.infer<typeof Window>;
