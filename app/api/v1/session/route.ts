import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { signIn, signOut } from "@/lib/server/commands/sign-in";

export const POST = route({
  access: "anyone",
  params: z.object({ password: z.string() }),
  handle: ({ runtime, params, request, nowMs }) => signIn(runtime, params.password, request, nowMs),
});

export const DELETE = route({ access: "viewer", params: z.object({}), handle: ({ request }) => signOut(request) });
