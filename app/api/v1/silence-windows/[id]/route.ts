import { authorOf } from "@/lib/server/api/author";
import { EditWindowParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { editWindow } from "@/lib/server/commands/silence-window";

export const PUT = route({
  access: "viewer",
  params: EditWindowParams,
  handle: ({ runtime, params, request, nowMs }) => editWindow(runtime, params.id, params, authorOf(request, nowMs)),
});
