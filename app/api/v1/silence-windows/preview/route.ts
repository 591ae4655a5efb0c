import { answer } from "@/lib/api/answer";
import { PreviewParams } from "@/lib/api/params";
import { previewWindow } from "@/lib/commands/silence-window";

export const POST = answer({
  who: "viewer",
  params: PreviewParams,
  read: ({ runtime, params, nowMs, locale }) => previewWindow(runtime, params.match, { nowMs, locale }),
});
