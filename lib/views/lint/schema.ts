import { z } from "zod";

export const Findings = z.array(
  z.object({
    id: z.string(),
    severity: z.enum(["error", "warning", "info"]),
    line: z.number(),
    column: z.number(),
    path: z.string(),
    message: z.string(),
    text: z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
    fix: z.string().nullable(),
  }),
);

/** The findings of a configuration in the order of its lines. `text` is `message` as a key and its values, to be translated. */
export const LintView = z.object({ findings: Findings });
export type LintView = z.infer<typeof LintView>;

export interface LintRequest {
  readonly config: string;
  /** Such as `2025.1`; absent where unknown. */
  readonly rrVersion?: string;
  readonly rabbitVersion?: string;
}
