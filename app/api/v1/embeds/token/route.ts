import { EmbedParams } from "@/lib/server/api/params";
import { route } from "@/lib/server/api/route";
import { makeEmbed } from "@/lib/server/commands/make-embed";

export const POST = route({
  access: "viewer",
  params: EmbedParams,
  handle: ({ runtime, params, nowMs }) => makeEmbed(runtime.embeds, params, nowMs),
});
