import { z } from "zod";
import { route } from "@/lib/server/api/route";
import { streamChanges } from "@/lib/server/api/stream";

export const GET = route({
  who: "viewer",
  params: z.object({}),
  read: ({ runtime, request }) => streamChanges(runtime.listeners, request.signal),
});
