import { answer } from "@/lib/api/answer";
import { authorOf } from "@/lib/api/author";
import { IdParams } from "@/lib/api/params";
import { deleteRule, saveRule } from "@/lib/commands/save-rule";
import { readRule } from "@/lib/views/read/rules";
import { RuleForm } from "@/lib/views/rules";

export const GET = answer({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params }) => readRule(runtime, params.id),
});

export const PUT = answer({
  who: "viewer",
  params: RuleForm,
  read: async ({ runtime, params, request, nowMs }) => {
    await saveRule(runtime, params, authorOf(request, nowMs), false);
    return readRule(runtime, params.id);
  },
});

export const DELETE = answer({
  who: "viewer",
  params: IdParams,
  read: async ({ runtime, params, request, nowMs }) => {
    await deleteRule(runtime, params.id, authorOf(request, nowMs));
    return new Response(null, { status: 204 });
  },
});
