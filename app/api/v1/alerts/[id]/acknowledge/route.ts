import { answer } from "@/lib/api/answer";
import { AcknowledgeParams } from "@/lib/api/params";
import { acknowledgeAlert } from "@/lib/commands/acknowledge-alert";

export const POST = answer({
  who: "viewer",
  params: AcknowledgeParams,
  read: ({ runtime, params, asker, nowMs }) => acknowledgeAlert(runtime, params, { asker: asker.name, nowMs }),
});
