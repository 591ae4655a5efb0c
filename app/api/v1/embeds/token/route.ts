import { answer } from "@/lib/api/answer";
import { EmbedParams } from "@/lib/api/params";
import { makeEmbed } from "@/lib/commands/make-embed";

export const POST = answer({
  who: "viewer",
  params: EmbedParams,
  read: ({ runtime, params, nowMs }) => makeEmbed(runtime.embeds, params, nowMs),
});
