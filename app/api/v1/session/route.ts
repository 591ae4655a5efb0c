import { z } from "zod";
import { answer } from "@/lib/api/answer";
import { signIn, signOut } from "@/lib/commands/sign-in";

export const POST = answer({
  who: "anyone",
  params: z.object({ password: z.string() }),
  read: ({ runtime, params, request, nowMs }) => signIn(runtime, params.password, request, nowMs),
});

export const DELETE = answer({ who: "viewer", params: z.object({}), read: ({ request }) => signOut(request) });
