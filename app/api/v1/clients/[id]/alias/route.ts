import { authorOf } from "@/lib/server/api/author";
import { AliasParams, IdParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { setAlias } from "@/lib/server/commands/set-alias";

const NO_CONTENT = 204;

export const PUT = route({
  access: "viewer",
  params: AliasParams,
  handle: async ({ runtime, params, request, nowMs }) => {
    await setAlias(runtime, params, authorOf(request, nowMs));
    return new Response(null, { status: NO_CONTENT });
  },
});

export const DELETE = route({
  access: "viewer",
  params: IdParams,
  handle: async ({ runtime, params, request, nowMs }) => {
    await setAlias(runtime, { id: params.id, alias: null }, authorOf(request, nowMs));
    return new Response(null, { status: NO_CONTENT });
  },
});
