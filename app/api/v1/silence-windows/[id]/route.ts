import { answer } from "@/lib/api/answer";
import { EditWindowParams } from "@/lib/api/params";
import { editWindow } from "@/lib/commands/silence-window";

export const PUT = answer({
  who: "viewer",
  params: EditWindowParams,
  read: ({ runtime, params, asker, nowMs }) => editWindow(runtime, params.id, params, { asker: asker.name, nowMs }),
});
