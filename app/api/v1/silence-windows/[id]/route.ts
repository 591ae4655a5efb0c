import { answer } from "@/lib/api/answer";
import { authorOf } from "@/lib/api/author";
import { EditWindowParams } from "@/lib/api/params";
import { editWindow } from "@/lib/commands/silence-window";

export const PUT = answer({
  who: "viewer",
  params: EditWindowParams,
  read: ({ runtime, params, request, nowMs }) => editWindow(runtime, params.id, params, authorOf(request, nowMs)),
});
