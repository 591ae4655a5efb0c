import { LintParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { lintConfig } from "@/lib/server/commands/lint-roadrunner";

export const POST = route({ who: "viewer", params: LintParams, read: ({ params }) => lintConfig(params) });
