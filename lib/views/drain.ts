import { z } from "zod";

/** How a level develops at its steady slope; `seconds` until it is empty are known only while it falls. */
export const Drain = z.discriminatedUnion("is", [
  z.object({ is: z.literal("empty") }),
  z.object({ is: z.literal("draining"), seconds: z.number() }),
  z.object({ is: z.literal("growing") }),
  z.object({ is: z.literal("steady") }),
  z.object({ is: z.literal("unknown"), because: z.enum(["not-counted", "too-soon"]) }),
]);
export type DrainView = z.infer<typeof Drain>;
