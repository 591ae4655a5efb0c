import { z } from "zod";
import { requestJson } from "@/lib/views/request";

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

/** What is wrong with a configuration, the first line first. `text` says the same as `message`, in any language. */
export const LintView = z.object({ findings: Findings });
export type LintView = z.infer<typeof LintView>;

export interface LintWanted {
  readonly config: string;
  /** Such as `2025.1`; absent where it is not known. */
  readonly rrVersion?: string;
  readonly rabbitVersion?: string;
}

/** Has a `.rr.yaml` checked by the server, which does not keep it. Throws RequestFailed. */
export const askLint = (wanted: LintWanted): Promise<LintView> =>
  requestJson(LintView, "/api/v1/lint/roadrunner", { method: "POST", body: wanted });
