import { LintParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { lintConfig } from "@/lib/server/commands/lint-roadrunner";

export const POST = route({ access: "viewer", params: LintParams, handle: ({ params }) => lintConfig(params) });
