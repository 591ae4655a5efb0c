import { LINT_BODY_BYTES_MAX, LintParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { lintConfig } from "@/lib/server/commands/lint-roadrunner";

export const POST = route({
  access: "viewer",
  params: LintParams,
  bodyBytesMax: LINT_BODY_BYTES_MAX,
  handle: ({ params }) => lintConfig(params),
});
