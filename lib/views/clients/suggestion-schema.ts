import { z } from "zod";

/** Names or users of which one client after another was seen; as one client if the pattern is set in `clients.strip`. */
export const NameSuggestionView = z.object({
  /** Under which key of `strip` the pattern belongs: `names` or `users`. */
  of: z.enum(["name", "user"]),
  pattern: z.string(),
  /** What the pattern leaves of the names. */
  folded: z.string(),
  /** How many clients there were within a day. */
  clients: z.number(),
  /** The latest of their names. */
  examples: z.array(z.string()),
});
export type NameSuggestionView = z.infer<typeof NameSuggestionView>;
