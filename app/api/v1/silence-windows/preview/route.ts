import { PreviewParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { previewWindow } from "@/lib/server/commands/silence-window";

export const POST = route({
  access: "viewer",
  params: PreviewParams,
  handle: ({ runtime, params, nowMs, locale }) => previewWindow(runtime, params.match, { nowMs, locale }),
});
