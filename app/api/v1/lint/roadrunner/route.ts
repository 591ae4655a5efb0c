import { answer } from "@/lib/api/answer";
import { LintParams } from "@/lib/api/params";
import { lintConfig } from "@/lib/commands/lint-roadrunner";

export const POST = answer({ who: "viewer", params: LintParams, read: ({ params }) => lintConfig(params) });
