import { z } from "zod";

/** A list in which no id occurs twice; empty where it is not configured. */
export const unique = <T extends { readonly id: string }>(schema: z.ZodType<T>, max: number) =>
  z
    .array(schema)
    .max(max)
    .default([])
    .superRefine((list, context) => {
      const ids = list.map(({ id }) => id);
      for (const [index, id] of ids.entries()) {
        if (ids.indexOf(id) === index) continue;
        context.addIssue({ code: "custom", path: [index, "id"], message: `"${id}" is used twice` });
      }
    });
