import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { signIn, signOut } from "@/lib/server/commands/sign-in";

export const POST = route({
  who: "anyone",
  params: z.object({ password: z.string() }),
  read: ({ runtime, params, request, nowMs }) => signIn(runtime, params.password, request, nowMs),
});

export const DELETE = route({ who: "viewer", params: z.object({}), read: ({ request }) => signOut(request) });
