import { answer } from "@/lib/api/answer";
import { IdParams } from "@/lib/api/params";
import { unacknowledgeAlert } from "@/lib/commands/acknowledge-alert";

export const POST = answer({
  who: "viewer",
  params: IdParams,
  read: ({ runtime, params, locale }) => unacknowledgeAlert(runtime, params.id, locale),
});
