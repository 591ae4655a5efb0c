import { authorOf } from "@/lib/server/api/author";
import { IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { deleteRule, saveRule } from "@/lib/server/commands/save-rule";
import { readRule } from "@/lib/views/rules/read";
import { RuleForm } from "@/lib/views/rules/schema";

export const GET = route({
  access: "viewer",
  params: IdParams,
  handle: ({ runtime, params }) => readRule(runtime, params.id),
});

export const PUT = route({
  access: "viewer",
  params: RuleForm,
  handle: async ({ runtime, params, request, nowMs }) => {
    await saveRule(runtime, params, authorOf(request, nowMs), { ifExists: "replace" });
    return readRule(runtime, params.id);
  },
});

export const DELETE = route({
  access: "viewer",
  params: IdParams,
  handle: async ({ runtime, params, request, nowMs }) => {
    await deleteRule(runtime, params.id, authorOf(request, nowMs));
    return new Response(null, { status: 204 });
  },
});
